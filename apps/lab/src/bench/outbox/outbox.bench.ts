import type { Bench } from '../harness';
import { BenchPlatform } from '../platform';
import { backlog } from './backlog';
import { transactionCost } from './transaction-cost';
import { visibility } from './visibility';

/** Figures 4, 5 and 6. */
export const OUTBOX: Bench = {
  name: 'outbox',
  about: 'what the audit rows cost a transaction, how soon compliance sees them, how fast a backlog goes',
  run: async (options) => {
    const findings = await transactionCost(options);
    const platform = await BenchPlatform.start();
    try {
      return [...findings, await visibility(platform, options), ...(await backlog(platform, options))];
    } finally {
      await platform.stop();
    }
  },
};
