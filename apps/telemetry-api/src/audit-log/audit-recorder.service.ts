import { Injectable } from '@nestjs/common';
import type { AuditIngestResult } from '@restartix/contracts';
import { CanonicalError } from '@restartix/crypto';
import { unavailable } from '@restartix/errors';
import { IntegrityService, type Leaf } from '../integrity/integrity.service';
import { KeyringService, type DataKey } from '../integrity/keyring.service';
import { ShapeFault } from '../shape';
import { AddressSealer } from './address-sealer';
import { keyUseEvent, ownEvent, type OwnEvent } from './own-event';
import { readAuditEvent } from './audit-event.shape';
import { AuditLogRepository } from './audit-log.repository';
import { refusalOf, wasRivalled } from './store-refusal';

export type { OwnEvent } from './own-event';

/** Largest canonical text of one event, in characters. */
const EVENT_MAX_LENGTH = 262_144;

/** Tries of a batch with events that are stored already, or that other batches are storing at the same time. */
const ATTEMPTS = 5;

type Prepared = Leaf | { refused: string };

/** What became of the events of a batch that could be prepared, by event id. */
interface Outcome {
  stored: Set<string>;
  refused: Map<string, string>;
}

/** Takes events into the audit log, each exactly once, for good. */
@Injectable()
export class AuditRecorderService {
  private readonly addresses = new AddressSealer();

  constructor(
    private readonly entries: AuditLogRepository,
    private readonly integrity: IntegrityService,
    private readonly keyring: KeyringService,
  ) {
    keyring.recordUsesWith((use) => this.recordOwn(keyUseEvent(use)));
  }

  /** Stores an event of this service itself, once, whatever becomes of other keys: it names no address. */
  async recordOwn(event: OwnEvent): Promise<void> {
    const { refused } = await this.store([this.integrity.leafOf(ownEvent(event))]);
    const [reason] = refused.values();
    if (reason) throw new Error(`An event of the record itself was refused: ${reason}`);
  }

  /**
   * Stores a batch; answers after the commit with one result per item, in order. `stored` and `duplicate` both mean
   * it is safe; `refused` names the field and never keeps the others out. Throws telemetry_unavailable when the
   * database is away: nothing of the batch is stored then, and sending it again is right.
   */
  async record(items: readonly unknown[]): Promise<AuditIngestResult[]> {
    const dataKey = await this.keyring.currentDataKey();
    const prepared = items.map((item) => this.prepare(item, dataKey));
    const leaves = prepared.filter((item): item is Leaf => !('refused' in item));
    const outcome = await this.store(leaves);
    const told = new Set<string>();
    return prepared.map((item, index) => {
      if ('refused' in item)
        return { event_id: echoedId(items[index]), status: 'refused', reason: item.refused };
      const { eventId } = item;
      const refused = outcome.refused.get(eventId);
      if (refused) return { event_id: eventId, status: 'refused', reason: refused };
      const first = outcome.stored.has(eventId) && !told.has(eventId);
      told.add(eventId);
      return { event_id: eventId, status: first ? 'stored' : 'duplicate' };
    });
  }

  /** The event in the form it is stored in, as a leaf; or why it cannot be stored. */
  private prepare(item: unknown, dataKey: DataKey): Prepared {
    try {
      const event = readAuditEvent(item);
      const leaf = this.integrity.leafOf({ ...event, user_email: this.addresses.seal(event, dataKey) });
      return leaf.canonical.length > EVENT_MAX_LENGTH ? { refused: 'details is too large' } : leaf;
    } catch (error) {
      if (error instanceof ShapeFault) return { refused: `${error.field || 'event'} ${error.reason}` };
      if (error instanceof CanonicalError) return { refused: refusalIn(error) };
      throw error;
    }
  }

  /**
   * One transaction for all. It is made again when another one had some of the events before; and when the
   * database refuses a value that looked right, the batch is halved until the event that carries it stands alone.
   */
  private async store(leaves: readonly Leaf[], attempt = 1): Promise<Outcome> {
    if (leaves.length === 0) return { stored: new Set(), refused: new Map() };
    try {
      return { stored: await this.storeTogether(leaves, attempt > 1), refused: new Map() };
    } catch (error) {
      if (wasRivalled(error)) {
        if (attempt === ATTEMPTS) throw unavailable('telemetry_unavailable', error);
        return this.store(leaves, attempt + 1);
      }
      const reason = refusalOf(error);
      if (!reason) throw error;
      const [leaf] = leaves;
      if (leaf && leaves.length === 1)
        return { stored: new Set(), refused: new Map([[leaf.eventId, reason]]) };
      const middle = Math.ceil(leaves.length / 2);
      const first = await this.store(leaves.slice(0, middle));
      const second = await this.store(leaves.slice(middle));
      return {
        stored: new Set([...first.stored, ...second.stored]),
        refused: new Map([...first.refused, ...second.refused]),
      };
    }
  }

  /**
   * Rows first, their places in the log last, all in the message of the COMMIT: the logs of the organizations are held
   * for a moment only. Nearly every event is new, so the keys are asked first when they have refused one.
   */
  private async storeTogether(leaves: readonly Leaf[], isRefused: boolean): Promise<Set<string>> {
    const fresh = isRefused ? await this.integrity.unknown(leaves) : this.integrity.distinct(leaves);
    if (fresh.length > 0) {
      const rows = this.entries.adding(fresh.map(({ canonical }) => canonical));
      await this.entries.write([rows, ...this.integrity.appending(fresh)]);
    }
    return new Set(fresh.map(({ eventId }) => eventId));
  }
}

/** The id of a refused item, as far as it has one. */
function echoedId(item: unknown): string {
  const id = (item as { event_id?: unknown } | null)?.event_id;
  return typeof id === 'string' ? id.slice(0, 36) : '';
}

/** The path of a value no store keeps exactly; a path that is no plain word may hold anything and is not repeated. */
function refusalIn(error: CanonicalError): string {
  return /^[\w.[\]]{1,120}$/.test(error.path)
    ? error.message
    : 'details holds a value that cannot be stored exactly';
}
