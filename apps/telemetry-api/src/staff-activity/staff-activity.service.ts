import { Injectable } from '@nestjs/common';
import type { ListResponse, StaffActivity, StaffActivityRequest } from '@restartix/contracts';
import type { Sql } from '@restartix/database';
import { pageOf } from '../page-of';
import { StaffActivityRepository } from './staff-activity.repository';
import { countsOf, type Doing } from './staff-count.policy';

/** What staff did, in counts per day; never what patients did. */
@Injectable()
export class StaffActivityService {
  constructor(private readonly repository: StaffActivityRepository) {}

  /** Takes what staff did of entries of a log, in the caller's transaction. */
  async take(sql: Sql, entries: readonly Doing[]): Promise<void> {
    const counts = countsOf(entries);
    if (counts.length > 0) await this.repository.add(sql, counts);
  }

  async list(request: StaffActivityRequest): Promise<ListResponse<StaffActivity>> {
    const rows = await this.repository.list(request, request.page_size + 1);
    const shown = (row: (typeof rows)[number]) => ({
      ...row,
      first_at: row.first_at.toISOString(),
      last_at: row.last_at.toISOString(),
    });
    return pageOf(rows, request.page_size, shown, (row) => [row.last_at, row.id]);
  }
}
