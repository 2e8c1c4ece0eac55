import { Inject, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HealthModule, HealthRegistry } from '@restartix/http';
import { createRedis, type RedisClient } from '@restartix/redis';
import type { CoreConfig } from '../../core.config';
import { MainDatabases } from '../../platform/main-databases';
import { CORE_CONFIG } from '../../platform/tokens';

const PROBE_TIMEOUT_MS = 900;

/** Tells the health routes how to ask what core-api leans on. */
@Injectable()
class CoreHealth implements OnModuleInit, OnApplicationShutdown {
  private redis: RedisClient | undefined;

  constructor(
    private readonly registry: HealthRegistry,
    private readonly databases: MainDatabases,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  onModuleInit(): void {
    this.registry.register({ name: 'postgres', check: () => this.databases.requests.ping() });
    const { REDIS_URL, REDIS_KEY_PREFIX } = this.config;
    if (REDIS_URL) {
      this.redis = createRedis({ url: REDIS_URL.reveal(), prefix: REDIS_KEY_PREFIX, purpose: 'cache' });
    }
    this.registry.register({ name: 'redis', check: () => this.probeRedis() });
    this.registry.register({ name: 'telemetry_api', check: () => this.probeTelemetry() });
  }

  onApplicationShutdown(): void {
    this.redis?.close();
  }

  /** Without a Redis configured the service runs degraded. */
  private async probeRedis(): Promise<void | 'degraded'> {
    if (!this.redis) return 'degraded';
    await this.redis.ping();
  }

  private async probeTelemetry(): Promise<void> {
    const address = new URL('/health/ready', this.config.TELEMETRY_INTERNAL_URL);
    const answer = await fetch(address, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`telemetry-api answered ${answer.status}`);
  }
}

@Module({ imports: [HealthModule], providers: [CoreHealth] })
export class CoreHealthModule {}
