import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';
import type { Policies } from './policy-changes.policy';

const PROCESS = 'core-api';

/** What core-api last started with. Processes that start together wait for each other. */
@Injectable()
export class ProcessPoliciesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Undefined before the first start. */
  async lock(): Promise<Policies | undefined> {
    await this.uow.sql.query(`select pg_advisory_xact_lock(hashtext('process policies'))`, []);
    const [row] = await this.uow.sql.query<{ settings: Policies }>(
      'select settings from process_policies where process = $1',
      [PROCESS],
    );
    return row?.settings;
  }

  async put(policies: Policies, at: Date): Promise<void> {
    await this.uow.sql.query(
      `insert into process_policies (process, settings, since) values ($1, $2, $3)
       on conflict (process) do update set settings = excluded.settings, since = excluded.since`,
      [PROCESS, JSON.stringify(policies), at],
    );
  }
}
