import { Injectable } from '@nestjs/common';
import { requireContext, type RequestContext } from '@restartix/context';
import type { AuditDetails, AuditEvent } from '@restartix/contracts';
import { UnitOfWork, type Statement } from '@restartix/database';
import { createAuditEvent, type AuditDraft } from './audit-event.factory';
import { AuditSink } from './audit-sink';

const SHOWN = Symbol('things this request may show');

function shownIn(context: RequestContext): Set<string> {
  let shown = context.slots.get(SHOWN) as Set<string> | undefined;
  if (!shown) {
    shown = new Set();
    context.slots.set(SHOWN, shown);
  }
  return shown;
}

/** Whether the request has registered that it shows this thing. */
export function isRegistered(context: RequestContext, resourceType: string, id: string): boolean {
  return shownIn(context).has(`${resourceType}/${id}`);
}

/** Something that is shown, and what its event says besides. */
interface Thing {
  id: string;
  patientId?: string;
  details?: AuditDetails;
}

/** The read capture: what a unit of work registers here is written in its own transaction, with its COMMIT. */
@Injectable()
export class AuditTrail {
  private readonly pending = new WeakMap<object, AuditEvent[]>();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly sink: AuditSink,
  ) {}

  /** Adds an event to the open unit of work. If it cannot be written, the unit fails. */
  record(draft: AuditDraft): void {
    const unit = this.uow.key;
    const events = this.pending.get(unit);
    if (events) {
      events.push(createAuditEvent(draft));
      return;
    }
    const first = [createAuditEvent(draft)];
    this.pending.set(unit, first);
    this.uow.beforeCommit(() => this.sink.statement(first));
  }

  /**
   * Finds one thing and records that it was viewed, in one statement: a unit of work of a single round trip. Undefined,
   * and no event, when there is no such thing for the caller.
   */
  async view<R extends object>(
    select: Statement,
    { resourceType, id, patientId, details }: Thing & { resourceType: string },
  ): Promise<R | undefined> {
    const event = createAuditEvent({ action: 'view', resourceType, resourceId: id, patientId, details });
    const [row] = await this.uow.single<R>(this.sink.alongside(select, event));
    if (row) this.allow(resourceType, id);
    return row;
  }

  /** One event per thing shown, and leave to show it. */
  recordShown(action: 'view' | 'search', resourceType: string, things: readonly Thing[]): void {
    for (const { id, patientId, details } of things) {
      this.record({ action, resourceType, resourceId: id, patientId, details });
      this.allow(resourceType, id);
    }
  }

  /** Leave to show a thing whose access another event of this unit already records, such as its own change. */
  allow(resourceType: string, id: string): void {
    shownIn(requireContext()).add(`${resourceType}/${id}`);
  }
}
