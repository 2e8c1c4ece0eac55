import type { AuditPosition } from '@restartix/contracts';
import { canonicalJson, keyedHash, signText, verifyText } from '@restartix/crypto';
import { DomainError } from '@restartix/errors';

/** A query of a list: filters, and where in the list. */
interface ListQuery {
  cursor?: string;
  page_size: number;
}

/**
 * A cursor is a position signed together with the organization and the filters it belongs to: it opens no other
 * organization's list, and no other list of one's own.
 */
export class PositionCursor {
  constructor(private readonly key: Buffer) {}

  seal(organizationId: number, query: ListQuery, position: AuditPosition): string {
    const list = this.listOf(organizationId, query);
    return signText(this.key, JSON.stringify([list, position.timestamp, position.event_id]));
  }

  /** Throws invalid_cursor. */
  open(organizationId: number, query: ListQuery, cursor: string): AuditPosition {
    const text = verifyText(this.key, cursor);
    const [list, timestamp, event_id] = text === null ? [] : (JSON.parse(text) as string[]);
    if (!timestamp || !event_id || list !== this.listOf(organizationId, query))
      throw new DomainError('invalid_cursor');
    return { timestamp, event_id };
  }

  private listOf(
    organizationId: number,
    { cursor: _cursor, page_size: _size, ...filters }: ListQuery,
  ): string {
    const given = Object.entries(filters).filter(([, value]) => value !== undefined);
    return keyedHash(this.key, String(organizationId), canonicalJson(Object.fromEntries(given))).slice(0, 16);
  }
}
