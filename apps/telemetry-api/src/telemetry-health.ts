import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthRegistry } from '@restartix/http';
import { AlertPort } from '@restartix/logging';
import { GeoService } from './geo/geo.service';
import { ClickHouseDatabase } from './platform/clickhouse-database';
import { WriterDatabase } from './platform/telemetry-databases';

/** Puts this service's dependencies into its health answers. None is critical: each half works without the other. */
@Injectable()
export class TelemetryHealth implements OnModuleInit {
  constructor(
    private readonly registry: HealthRegistry,
    private readonly database: WriterDatabase,
    private readonly clickhouse: ClickHouseDatabase,
    private readonly geo: GeoService,
    private readonly alerts: AlertPort,
  ) {}

  onModuleInit(): void {
    this.registry.register({ name: 'telemetry_postgres', check: () => this.record() });
    this.registry.register({ name: 'clickhouse', check: () => this.clickhouse.ping() });
    this.registry.register({
      name: 'maxmind',
      check: async () => {
        if (!this.geo.loaded) throw new Error('No geo database is loaded');
      },
    });
  }

  /** Degraded while something is wrong with the audit record itself. */
  private async record(): Promise<void | 'degraded'> {
    await this.database.ping();
    if (this.alerts.open().some(({ code }) => code.startsWith('audit_'))) return 'degraded';
  }
}
