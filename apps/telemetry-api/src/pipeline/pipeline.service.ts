import { createPrivateKey, type KeyObject } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { AnalyticsIngestResponse } from '@restartix/contracts';
import { keyedHash, openBox } from '@restartix/crypto';
import { AnalyticsService, type AnalyticsRow } from '../analytics/analytics.service';
import { GeoService } from '../geo/geo.service';
import { KeyringService } from '../integrity/keyring.service';
import { truncatedAddress } from '../ip-address';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import { ShapeFault } from '../shape';
import type { TelemetryConfig } from '../telemetry.config';
import { readBatch, readEvent, type OpenedBatch, type OpenedEvent } from './analytics-batch.shape';
import { effectiveConsent, mayStore, mayTie } from './consent.policy';
import { deviceClass } from './device-class.policy';
import { believableTime, quarterOf } from './occurrence.policy';
import { scrubProperties } from './scrub.policy';

/** Opening a box is pure computation: after so many, audit events waiting in the same process get their turn. */
const BOXES_PER_TURN = 16;

type Result = AnalyticsIngestResponse['results'][number];

/** What the rows of one batch have in common. */
type Stamp = Pick<
  AnalyticsRow,
  'received_at' | 'ip_truncated' | 'country' | 'region' | 'device_class' | 'consent_level' | 'policy_version'
>;

const refused = (reason: string): Result => ({ status: 'refused', stored: 0, reason });

/** From a sealed box to rows that name nobody: consent, keyed hash, truncated network, country, scrubbed values. */
@Injectable()
export class PipelineService {
  private readonly boxKey: KeyObject;

  constructor(
    private readonly analytics: AnalyticsService,
    private readonly geo: GeoService,
    private readonly keyring: KeyringService,
    @Inject(TELEMETRY_CONFIG) config: TelemetryConfig,
  ) {
    this.boxKey = createPrivateKey(config.ANALYTICS_PRIVATE_KEY.reveal());
  }

  /**
   * Stores what the boxes hold and consent allows, all of it as one insert; answers one result per box, in order,
   * after it is stored. Throws analytics_unavailable, or telemetry_unavailable when a new key is needed and cannot be
   * had: nothing is lost then if the boxes are sent again, and nothing doubled.
   */
  async ingest(boxes: readonly unknown[]): Promise<Result[]> {
    const rows = new Map<number, AnalyticsRow[]>();
    const results: Result[] = [];
    for (const box of boxes) {
      results.push(await this.take(box, rows));
      if (results.length % BOXES_PER_TURN === 0) await nextTurn();
    }
    if (rows.size > 0) await this.analytics.store(rows);
    return results;
  }

  private async take(box: unknown, rows: Map<number, AnalyticsRow[]>): Promise<Result> {
    const batch = this.open(box);
    if (typeof batch === 'string') return refused(batch);
    const level = effectiveConsent(batch);
    if (!mayStore('analytics', level)) return { status: 'dropped_by_consent', stored: 0 };
    const events = batch.events.map(readable).filter((event) => event !== null);
    if (events.length === 0) return refused('no event can be read');
    const stamp = this.stamp(batch);
    const target = rows.get(batch.organization_id) ?? [];
    rows.set(batch.organization_id, target);
    for (const event of events) target.push(await this.row(batch, stamp, event));
    return { status: 'stored', stored: events.length };
  }

  private open(box: unknown): OpenedBatch | string {
    if (typeof box !== 'string') return 'the box must be text';
    try {
      return readBatch(JSON.parse(openBox(this.boxKey, box)));
    } catch (error) {
      return error instanceof ShapeFault ? `${error.field} ${error.reason}` : 'the box does not open';
    }
  }

  private stamp(batch: OpenedBatch): Stamp {
    const level = effectiveConsent(batch);
    const address = batch.client_address;
    return {
      received_at: batch.received_at,
      ip_truncated: address !== null && mayTie(level) ? (truncatedAddress(address) ?? '') : '',
      ...this.geo.locate(address),
      device_class: deviceClass(batch.user_agent),
      consent_level: level,
      policy_version: batch.consent_policy_version ?? '',
    };
  }

  private async row(batch: OpenedBatch, stamp: Stamp, event: OpenedEvent): Promise<AnalyticsRow> {
    const occurred_at = believableTime(event.timestamp, batch.received_at);
    return {
      ...stamp,
      day: occurred_at.slice(0, 10),
      name: event.name,
      event_id: event.event_id,
      occurred_at,
      properties: scrubProperties(event.properties, batch.user_id),
      actor_hash: await this.actorHash(batch, stamp, occurred_at),
    };
  }

  private async actorHash(batch: OpenedBatch, stamp: Stamp, occurredAt: string): Promise<string> {
    if (batch.user_id === null || !mayTie(stamp.consent_level)) return '';
    return keyedHash(
      await this.keyring.actorKey(batch.organization_id, quarterOf(occurredAt)),
      batch.user_id,
    );
  }
}

function readable(event: unknown): OpenedEvent | null {
  try {
    return readEvent(event);
  } catch (error) {
    if (error instanceof ShapeFault) return null;
    throw error;
  }
}
