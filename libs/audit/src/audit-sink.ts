import type { AuditEvent } from '@restartix/contracts';
import type { Statement } from '@restartix/database';

/** Where events go. Each service binds its own. */
export abstract class AuditSink {
  /** The statement that writes these events in the unit of work that is open, together with its COMMIT. */
  abstract statement(events: readonly AuditEvent[]): Statement;

  /**
   * A statement that answers what `select` finds and writes the event if it finds anything; not one without the
   * other.
   */
  abstract alongside(select: Statement, event: AuditEvent): Statement;

  /** Whether another organization has a thing of this kind and id; for the reason of a denial, never for an answer. */
  abstract existsElsewhere(resourceType: string, resourceId: string): Promise<boolean>;
}
