import type { DevelopmentKeys } from '../keys/development-keys';
import { runToEnd, SCRIPTS } from '../processes/run-to-end';
import { provision, type Provisioned, type ProvisionOptions } from '../provision/provision';
import { tokenMint } from './tokens';

export type People = Pick<ProvisionOptions, 'organizations' | 'patients' | 'appointments' | 'onProgress'>;

/** Fills a running platform with organizations and people; `environment` is core-api's own. */
export function provisionPlatform(
  coreApi: string,
  environment: Record<string, string>,
  keys: DevelopmentKeys,
  people: People = {},
): Promise<Provisioned> {
  return provision({
    ...people,
    coreApi,
    mintToken: tokenMint(keys),
    runPlan: async (plan) => {
      const output = await runToEnd(
        SCRIPTS.provisioning,
        { ...environment, LOG_LEVEL: 'error' },
        JSON.stringify(plan),
      );
      const report = output.trimEnd().split('\n').at(-1) ?? '';
      return JSON.parse(report) as Awaited<ReturnType<ProvisionOptions['runPlan']>>;
    },
  });
}
