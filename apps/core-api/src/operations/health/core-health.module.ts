import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HealthModule, HealthRegistry } from '@restartix/http';
import { AlertPort } from '@restartix/logging';
import type { CoreConfig } from '../../core.config';
import { MainDatabases } from '../../platform/main-databases';
import { RequestRedis } from '../../platform/request-redis';
import { CORE_CONFIG } from '../../platform/tokens';

const PROBE_TIMEOUT_MS = 900;

/** Tells the health routes how to ask what core-api leans on. */
@Injectable()
class CoreHealth implements OnModuleInit {
  constructor(
    private readonly registry: HealthRegistry,
    private readonly databases: MainDatabases,
    private readonly redis: RequestRedis,
    private readonly alerts: AlertPort,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  onModuleInit(): void {
    this.registry.register({ name: 'postgres', check: () => this.databases.requests.ping() });
    this.registry.register({ name: 'redis', check: () => this.probeRedis() });
    this.registry.register({ name: 'telemetry_api', check: () => this.probeTelemetry() });
  }

  /** Without a Redis configured the service runs degraded. */
  private async probeRedis(): Promise<void | 'degraded'> {
    if (!this.redis.client) return 'degraded';
    await this.redis.client.ping();
  }

  /** Degraded, too, while the delivery of audit events needs a person. */
  private async probeTelemetry(): Promise<void | 'degraded'> {
    const address = new URL('/health/ready', this.config.TELEMETRY_INTERNAL_URL);
    const answer = await fetch(address, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`telemetry-api answered ${answer.status}`);
    if (this.alerts.open().some(({ code }) => code.startsWith('audit_'))) return 'degraded';
  }
}

@Module({ imports: [HealthModule], providers: [CoreHealth] })
export class CoreHealthModule {}
