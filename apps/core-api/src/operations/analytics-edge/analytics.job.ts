import { ANALYTICS_JOB, ANALYTICS_QUEUE, type AnalyticsJob } from '@restartix/contracts';
import type { JobDefinition } from '@restartix/queue';

/** Far more than the largest request makes. */
const BOX_LIMIT = 1_000_000;

/** One client request on its way to telemetry-api: a box only it can open. Tried 20 times, each for up to a minute. */
export const ANALYTICS: JobDefinition<AnalyticsJob> = {
  queue: ANALYTICS_QUEUE,
  name: ANALYTICS_JOB,
  attempts: 20,
  backoff: { firstMs: 1_000, longestMs: 60_000 },
  isPayload: (value): value is AnalyticsJob => {
    const { sealed } = (value ?? {}) as Partial<AnalyticsJob>;
    return typeof sealed === 'string' && sealed.length <= BOX_LIMIT;
  },
};
