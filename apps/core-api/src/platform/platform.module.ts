import { Module, type DynamicModule } from '@nestjs/common';
import { ChannelClient } from '@restartix/service-channel';
import { Clock } from '@restartix/context';
import { measurePools, UnitOfWork } from '@restartix/database';
import { KeyRing } from '@restartix/keys';
import { RateLimiter, StepUpProofs } from '@restartix/tenancy';
import {
  AlertPort,
  Alerts,
  LogAlertSink,
  measureAlerts,
  measureProcess,
  Metrics,
  PlatformLogger,
} from '@restartix/logging';
import type { CoreConfig } from '../core.config';
import { ImpersonationTokens } from './impersonation-tokens';
import { createKeyRing } from './key-ring.factory';
import { CORE_CONFIG } from './tokens';
import { LabClock } from './lab-clock';
import { createMainDatabases, MainDatabases } from './main-databases';
import { createRateLimiter } from './rate-limits';
import { RequestRedis } from './request-redis';
import { BackgroundRounds } from './rounds';

/** Metrics and alerts of this process. */
function createWatch(logger: PlatformLogger, databases: MainDatabases) {
  const metrics = new Metrics('core-api');
  const alerts = new Alerts(logger, [new LogAlertSink(logger)]);
  measureProcess(metrics);
  measureAlerts(metrics, alerts);
  const { requests, system, relay } = databases;
  measurePools(metrics, { core_app: requests, core_system: system, outbox_relay: relay });
  return { metrics, alerts };
}

/** The instruments every room of core-api plays on: databases, keys, the channel, the log, metrics, alerts. */
@Module({})
export class PlatformModule {
  static register(config: CoreConfig, logger: PlatformLogger): DynamicModule {
    const databases = createMainDatabases(config);
    const { metrics, alerts } = createWatch(logger, databases);
    const clock = createClock(config);
    const uow = new UnitOfWork(databases.requests, databases.system, clock);
    const redis = new RequestRedis(config);
    const channel = new ChannelClient({
      baseUrl: config.TELEMETRY_INTERNAL_URL,
      privateKey: config.CHANNEL_PRIVATE_KEY.reveal(),
      timeoutMs: 10_000,
    });
    const providers = [
      { provide: CORE_CONFIG, useValue: config },
      { provide: Clock, useValue: clock },
      { provide: PlatformLogger, useValue: logger },
      { provide: Metrics, useValue: metrics },
      { provide: AlertPort, useValue: alerts },
      { provide: MainDatabases, useValue: databases },
      { provide: UnitOfWork, useValue: uow },
      { provide: KeyRing, useValue: createKeyRing(config, uow) },
      { provide: ChannelClient, useValue: channel },
      { provide: RequestRedis, useValue: redis },
      { provide: BackgroundRounds, useValue: new BackgroundRounds(logger, config) },
      { provide: StepUpProofs, useValue: createStepUpProofs(config) },
      {
        provide: ImpersonationTokens,
        useValue: new ImpersonationTokens(config.BLIND_INDEX_KEY.reveal()),
      },
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

const createStepUpProofs = (config: CoreConfig): StepUpProofs =>
  new StepUpProofs(config.BLIND_INDEX_KEY.reveal(), config.STEP_UP_MINUTES * 60_000);
