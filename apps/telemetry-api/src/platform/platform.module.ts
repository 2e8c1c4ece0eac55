import { Module, type DynamicModule } from '@nestjs/common';
import { measurePools } from '@restartix/database';
import {
  AlertPort,
  Alerts,
  LogAlertSink,
  measureAlerts,
  measureProcess,
  Metrics,
  PlatformLogger,
} from '@restartix/logging';
import type { TelemetryConfig } from '../telemetry.config';
import { ClickHouseDatabase } from './clickhouse-database';
import {
  createTelemetryDatabases,
  MaintainerDatabase,
  ReaderDatabase,
  WriterDatabase,
  type TelemetryDatabases,
} from './telemetry-databases';
import { TELEMETRY_CONFIG } from './tokens';

/** Metrics and alerts of this process. */
function createWatch(logger: PlatformLogger, databases: TelemetryDatabases) {
  const metrics = new Metrics('telemetry-api');
  const alerts = new Alerts(logger, [new LogAlertSink(logger)]);
  measureProcess(metrics);
  measureAlerts(metrics, alerts);
  const { writer, reader, maintainer } = databases;
  measurePools(metrics, {
    telemetry_writer: writer,
    telemetry_reader: reader,
    telemetry_maintainer: maintainer,
  });
  return { metrics, alerts };
}

/** The instruments every room plays on: stores under their roles, configuration, log, metrics, alerts. */
@Module({})
export class PlatformModule {
  static register(config: TelemetryConfig, logger: PlatformLogger): DynamicModule {
    const databases = createTelemetryDatabases(config);
    const { writer, reader, maintainer } = databases;
    const { metrics, alerts } = createWatch(logger, databases);
    const providers = [
      { provide: TELEMETRY_CONFIG, useValue: config },
      { provide: PlatformLogger, useValue: logger },
      { provide: Metrics, useValue: metrics },
      { provide: AlertPort, useValue: alerts },
      { provide: WriterDatabase, useValue: writer },
      { provide: ReaderDatabase, useValue: reader },
      { provide: MaintainerDatabase, useValue: maintainer },
      { provide: ClickHouseDatabase, useValue: new ClickHouseDatabase(config.CLICKHOUSE_URL.reveal()) },
    ];
    return {
      module: PlatformModule,
      global: true,
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }
}
