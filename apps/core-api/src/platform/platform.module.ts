import { Module, type DynamicModule } from '@nestjs/common';
import { ChannelClient } from '@restartix/service-channel';
import { Clock } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { KeyRing } from '@restartix/keys';
import { PlatformLogger } from '@restartix/logging';
import { RateLimiter } from '@restartix/tenancy';
import type { CoreConfig } from '../core.config';
import { createKeyRing } from './key-ring.factory';
import { CORE_CONFIG } from './tokens';
import { LabClock } from './lab-clock';
import { createMainDatabases, MainDatabases } from './main-databases';
import { createRateLimiter } from './rate-limits';
import { RequestRedis } from './request-redis';

/** The instruments every room of core-api plays on: databases, keys, the channel, the log. */
@Module({})
export class PlatformModule {
  static register(config: CoreConfig, logger: PlatformLogger): DynamicModule {
    const databases = createMainDatabases(config);
    const uow = new UnitOfWork(databases.requests, databases.system);
    const redis = new RequestRedis(config);
    const channel = new ChannelClient({
      baseUrl: config.TELEMETRY_INTERNAL_URL,
      privateKey: config.CHANNEL_PRIVATE_KEY.reveal(),
      timeoutMs: 10_000,
    });
    const providers = [
      { provide: CORE_CONFIG, useValue: config },
      { provide: Clock, useValue: createClock(config) },
      { provide: PlatformLogger, useValue: logger },
      { provide: MainDatabases, useValue: databases },
      { provide: UnitOfWork, useValue: uow },
      { provide: KeyRing, useValue: createKeyRing(config, uow) },
      { provide: ChannelClient, useValue: channel },
      { provide: RequestRedis, useValue: redis },
      { provide: RateLimiter, useValue: createRateLimiter(config, redis) },
    ];
    return {
      module: PlatformModule,
      global: true,
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }
}

/** The machine's time; a lab's only where the configuration allows one. */
const createClock = ({ LAB_CLOCK_FILE }: CoreConfig): Clock =>
  LAB_CLOCK_FILE === undefined ? new Clock() : new LabClock(LAB_CLOCK_FILE);
