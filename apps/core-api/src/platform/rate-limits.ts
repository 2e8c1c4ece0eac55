import { RateLimiter } from '@restartix/tenancy';
import type { CoreConfig } from '../core.config';
import type { RequestRedis } from './request-redis';

/** The limiter of every route, with the quotas of the configuration. */
export function createRateLimiter(config: CoreConfig, redis: RequestRedis): RateLimiter {
  return new RateLimiter(redis.client, {
    quotas: {
      standard: { max: config.RATE_LIMIT_MAX_REQUESTS, windowMs: config.RATE_LIMIT_WINDOW_MS },
      deletion: config.RATE_LIMIT_DELETION,
      export: config.RATE_LIMIT_EXPORT,
      step_up: config.RATE_LIMIT_STEP_UP,
      impersonation: config.RATE_LIMIT_IMPERSONATION,
      sign_in: config.RATE_LIMIT_SIGN_IN,
      public: config.RATE_LIMIT_PUBLIC,
      slots: config.RATE_LIMIT_SLOTS,
      public_booking: config.RATE_LIMIT_PUBLIC_BOOKING,
      hold_claim: config.RATE_LIMIT_HOLD_CLAIM,
      hold_heartbeat: config.RATE_LIMIT_HOLD_HEARTBEAT,
      hold_release: config.RATE_LIMIT_HOLD_RELEASE,
      hold_stream: config.RATE_LIMIT_HOLD_STREAM,
      webhook: config.RATE_LIMIT_WEBHOOK,
      telemetry: config.RATE_LIMIT_TELEMETRY,
    },
    organizationFactor: config.RATE_LIMIT_ORGANIZATION_FACTOR,
    addressFactor: config.RATE_LIMIT_ADDRESS_FACTOR,
  });
}
