import { Injectable } from '@nestjs/common';
import {
  MINIMUM_CONSENT,
  type AnalyticsStatsRequest,
  type AnalyticsStatsRow,
  type ConsentLevel,
  type EventClass,
} from '@restartix/contracts';
import { AnalyticsRepository } from './analytics.repository';
import { RowsRepository, type RowsByOrganization } from './rows.repository';

/** Table → organization → rows. */
export type RowsByTable = Map<string, Map<number, object[]>>;

/** Tables that hold rows tied to a person by consent, by the class that lets them in. Staff metrics are no consent's. */
const BY_CONSENT: readonly [EventClass, string][] = [
  ['analytics', 'analytics_events'],
  ['media', 'media_sessions'],
  ['media', 'media_buffering_events'],
  ['pose', 'pose_frames'],
];
/** Rows of this table are tied to a person only from this level on. */
const TIED_ERRORS: { table: string; from: ConsentLevel } = { table: 'error_events', from: 2 };

/** What people did in the client apps, told without saying who. */
@Injectable()
export class AnalyticsService {
  constructor(
    private readonly rows: RowsRepository,
    private readonly events: AnalyticsRepository,
  ) {}

  /** Stores rows; returns when they are stored. Throws analytics_unavailable: then they are stored by sending again. */
  async store(byTable: ReadonlyMap<string, RowsByOrganization>): Promise<void> {
    await Promise.all([...byTable].map(([table, rows]) => this.rows.insert(rows, table)));
  }

  /**
   * Removes the rows of a person that a level does not allow, received up to a moment; answers how many there were.
   * Throws analytics_unavailable.
   */
  async removeActor(
    organizationId: number,
    hashes: string[],
    level: ConsentLevel,
    until: string,
  ): Promise<number> {
    const tables = BY_CONSENT.filter(([eventClass]) => MINIMUM_CONSENT[eventClass] > level).map(
      ([, table]) => table,
    );
    if (level < TIED_ERRORS.from) tables.push(TIED_ERRORS.table);
    let removed = 0;
    if (hashes.length === 0) return removed;
    for (const table of tables) removed += await this.rows.removeActor(organizationId, table, hashes, until);
    return removed;
  }

  /** Events per day and name of one organization. Throws analytics_unavailable. */
  stats({ organization_id, from, to }: AnalyticsStatsRequest): Promise<AnalyticsStatsRow[]> {
    return this.events.countByDay(organization_id, from, to);
  }
}
