import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import type { TelemetryConfig } from '../telemetry.config';
import { ClickHouseDatabase } from './clickhouse-database';
import {
  createTelemetryDatabases,
  MaintainerDatabase,
  ReaderDatabase,
  WriterDatabase,
} from './telemetry-databases';
import { TELEMETRY_CONFIG } from './tokens';

/** The instruments every room of telemetry-api plays on: the stores under their roles, the configuration, the log. */
@Module({})
export class PlatformModule {
  static register(config: TelemetryConfig, logger: PlatformLogger): DynamicModule {
    const { writer, reader, maintainer } = createTelemetryDatabases(config);
    const providers = [
      { provide: TELEMETRY_CONFIG, useValue: config },
      { provide: PlatformLogger, useValue: logger },
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
