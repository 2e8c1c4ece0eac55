import { createPrivateKey, type KeyObject } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { AnalyticsIngestResponse, ConsentLevel, EventClass } from '@restartix/contracts';
import { keyedHash, openBox } from '@restartix/crypto';
import { AnalyticsService, type RowsByTable } from '../analytics/analytics.service';
import { GeoService } from '../geo/geo.service';
import { KeyringService } from '../integrity/keyring.service';
import { truncatedAddress } from '../ip-address';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import { ExclusionsService } from '../privacy/exclusions.service';
import { WithdrawalsService } from '../privacy/withdrawals.service';
import { ShapeFault, type Reader } from '../shape';
import type { TelemetryConfig } from '../telemetry.config';
import { readBatch, type OpenedBatch } from './analytics-batch.shape';
import { effectiveConsent, mayStore, mayTie } from './consent.policy';
import { deviceOf } from './device.adapter';
import {
  readApiMetric,
  readErrorItem,
  readEvent,
  readMediaItem,
  readPoseItem,
  readStaffMetric,
} from './items.shape';
import { quarterOf } from './occurrence.policy';
import { apiMetricRow, errorRow, mediaRows, poseRow, staffMetricRow, usageRow } from './rows';
import { looksLikeIdentifier } from './scrub.policy';
import type { Stamp, TableRow } from './stamp';

/** Opening a box is pure computation: after so many, audit events waiting in the same process get their turn. */
const BOXES_PER_TURN = 16;

type Result = AnalyticsIngestResponse['results'][number];

const refused = (reason: string): Result => ({ status: 'refused', stored: 0, reason });

/** From a sealed box to rows that name nobody: consent, keyed hash, truncated network, country, scrubbed values. */
@Injectable()
export class PipelineService {
  private readonly boxKey: KeyObject;

  constructor(
    private readonly analytics: AnalyticsService,
    private readonly geo: GeoService,
    private readonly keyring: KeyringService,
    private readonly exclusions: ExclusionsService,
    private readonly withdrawals: WithdrawalsService,
    @Inject(TELEMETRY_CONFIG) config: TelemetryConfig,
  ) {
    this.boxKey = createPrivateKey(config.ANALYTICS_PRIVATE_KEY.reveal());
  }

  /**
   * Stores what the boxes hold and consent allows, one insert for each table; answers one result per box, in order,
   * after it is stored. Throws analytics_unavailable, or telemetry_unavailable when a new key is needed and cannot be
   * had: nothing is lost then if the boxes are sent again, and nothing doubled.
   */
  async ingest(boxes: readonly unknown[]): Promise<Result[]> {
    const rows: RowsByTable = new Map();
    const results: Result[] = [];
    for (const box of boxes) {
      results.push(await this.take(box, rows));
      if (results.length % BOXES_PER_TURN === 0) await nextTurn();
    }
    await this.analytics.store(rows);
    return results;
  }

  private async take(box: unknown, rows: RowsByTable): Promise<Result> {
    const batch = this.open(box);
    if (typeof batch === 'string') return refused(batch);
    const level = this.levelOf(batch);
    if (!mayStore(batch.class ?? 'analytics', level)) return { status: 'dropped_by_consent', stored: 0 };
    const { made, items } = await ROWS[batch.class ?? 'analytics'](batch, this.stamp(batch, level));
    if (items === 0) return refused('no event can be read');
    for (const [table, row] of made) {
      const byOrganization = rows.get(table) ?? new Map<number, object[]>();
      rows.set(table, byOrganization);
      const list = byOrganization.get(batch.organization_id);
      if (list) list.push(row);
      else byOrganization.set(batch.organization_id, [row]);
    }
    return { status: 'stored', stored: items };
  }

  private open(box: unknown): OpenedBatch | string {
    if (typeof box !== 'string') return 'the box must be text';
    try {
      return readBatch(JSON.parse(openBox(this.boxKey, box)));
    } catch (error) {
      return error instanceof ShapeFault ? `${error.field} ${error.reason}` : 'the box does not open';
    }
  }

  private levelOf(batch: OpenedBatch): ConsentLevel {
    const { organization_id, user_id, consent_at, received_at, client_address } = batch;
    return effectiveConsent(batch, {
      isExcluded: this.exclusions.exclude(client_address),
      withdrawnTo: this.withdrawals.levelSince(organization_id, user_id, consent_at ?? received_at),
    });
  }

  private stamp(batch: OpenedBatch, level: ConsentLevel): Stamp {
    const { organization_id: organizationId, user_id: userId, client_address: address } = batch;
    const hash = async (time: string, ...parts: string[]) =>
      keyedHash(await this.keyring.actorKey(organizationId, quarterOf(time)), ...parts);
    const own = new Map<string, Promise<string>>();
    const ownHash = (time: string): Promise<string> => {
      const quarter = quarterOf(time);
      let known = own.get(quarter);
      if (!known) own.set(quarter, (known = hash(time, userId ?? '')));
      return known;
    };
    return {
      organizationId,
      userId,
      level,
      policyVersion: batch.consent_policy_version ?? '',
      receivedAt: batch.received_at,
      sessionId: batch.session_id ?? null,
      ip_truncated: address !== null && mayTie(level) ? (truncatedAddress(address) ?? '') : '',
      ...this.geo.locate(address),
      ...deviceOf(batch.user_agent),
      actorHash: async (time) => (userId !== null && mayTie(level) ? ownHash(time) : ''),
      hashOf: (someone, time) => hash(time, someone),
      mediaHash: (mediaId, time) => hash(time, 'media', mediaId),
    };
  }
}

interface Made {
  made: TableRow[];
  /** How many items could be read. */
  items: number;
}

/** Reads the items of a class and makes the rows of each. */
const each =
  <T>(reader: Reader<T>, make: (stamp: Stamp, item: T) => Promise<TableRow | null> | TableRow) =>
  async (batch: OpenedBatch, stamp: Stamp): Promise<Made> => {
    const made: TableRow[] = [];
    for (const event of batch.events) {
      const item = readable(reader, event, batch.user_id);
      const row = item && (await make(stamp, item));
      if (row) made.push(row);
    }
    return { made, items: made.length };
  };

const ROWS: Record<EventClass, (batch: OpenedBatch, stamp: Stamp) => Promise<Made>> = {
  analytics: each(readEvent, usageRow),
  error: each(readErrorItem, errorRow),
  api_metric: each(readApiMetric, apiMetricRow),
  staff_metric: each(readStaffMetric, staffMetricRow),
  pose: each(readPoseItem, (stamp, item) =>
    stamp.sessionId ? poseRow(stamp, stamp.sessionId, item) : Promise.resolve(null),
  ),
  media: async (batch, stamp) => {
    const read = batch.events.map((event) => readable(readMediaItem, event, batch.user_id));
    const items = stamp.sessionId ? read.filter((item) => item !== null) : [];
    return { made: await mediaRows(stamp, stamp.sessionId ?? '', items), items: items.length };
  },
};

/** What clients choose of an item, in words and ids. */
type Told = Partial<Record<'event_id' | 'session_id' | 'name' | 'code' | 'component', string | null>>;

/** Whether an id is the person's, or a word stands for somebody. */
function isDisguise({ event_id, session_id, name, code, component }: Told, userId: string | null): boolean {
  if (userId !== null && [event_id, session_id].includes(userId)) return true;
  return [name, code, component].some((word) => !!word && looksLikeIdentifier(word, userId));
}

/** An item that can be read, and that is no disguise for a person. */
function readable<T>(reader: Reader<T>, event: unknown, userId: string | null): T | null {
  try {
    const item = reader(event);
    return isDisguise(item as Told, userId) ? null : item;
  } catch (error) {
    if (error instanceof ShapeFault) return null;
    throw error;
  }
}
