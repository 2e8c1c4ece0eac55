import type { AuditEvent } from '@restartix/contracts';
import { sealEnvelope } from '@restartix/crypto';
import type { DataKey } from '../integrity/keyring.service';

/** Envelopes kept for reuse; when there are more, all are made anew. */
const KEPT = 20_000;

type Owner = Pick<AuditEvent, 'organization_id' | 'user_id' | 'event_id'>;

/** The place of a sealed e-mail address: organization, table, column and whose it is. It opens nowhere else. */
export function addressPlace({ organization_id, user_id, event_id }: Owner): string {
  return `${organization_id}:audit_logs:user_email:${user_id ?? event_id}`;
}

/**
 * Seals the e-mail addresses of events. The address of one user under one key keeps its envelope: the row names the
 * user anyway, so nothing more can be told from it, and most events of a batch are of few people.
 */
export class AddressSealer {
  private envelopes = new Map<string, string>();

  /** The event's address as an envelope; null when it has none. */
  seal(event: Owner & Pick<AuditEvent, 'user_email'>, { key, version }: DataKey): string | null {
    if (event.user_email === null) return null;
    const place = addressPlace(event);
    if (event.user_id === null) return sealEnvelope(key, version, event.user_email, place);
    const name = `${version}:${place}:${event.user_email}`;
    const kept = this.envelopes.get(name);
    if (kept) return kept;
    const envelope = sealEnvelope(key, version, event.user_email, place);
    if (this.envelopes.size >= KEPT) this.envelopes = new Map();
    this.envelopes.set(name, envelope);
    return envelope;
  }
}
