import type { OnApplicationShutdown } from '@nestjs/common';
import type { ClickHouseClient } from '@clickhouse/client';
import { unavailable } from '@restartix/errors';
import { createClickHouse } from './clickhouse';

/** The analytics database. Every failure, whatever its kind, reads analytics_unavailable: the caller tries again. */
export class ClickHouseDatabase implements OnApplicationShutdown {
  private readonly client: ClickHouseClient;

  constructor(url: string) {
    this.client = createClickHouse(url);
  }

  /** Inserts the rows as one block; returns when they are stored. */
  async insert(table: string, rows: readonly object[]): Promise<void> {
    await this.reached(() => this.client.insert({ table, values: [...rows], format: 'JSONEachRow' }));
  }

  /** Rows of a query; values are bound by name, `{name:Type}` in the text. */
  query<R>(text: string, values: Record<string, unknown>): Promise<R[]> {
    return this.reached(async () => {
      const answer = await this.client.query({ query: text, query_params: values, format: 'JSONEachRow' });
      return answer.json<R>();
    });
  }

  /** Runs a statement that answers no rows; values are bound as in {@link query}. */
  async command(text: string, values: Record<string, unknown>): Promise<void> {
    await this.reached(() => this.client.command({ query: text, query_params: values }));
  }

  /** Throws analytics_unavailable unless the server answers. */
  async ping(): Promise<void> {
    await this.query('select 1', {});
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }

  private async reached<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw unavailable('analytics_unavailable', error);
    }
  }
}
