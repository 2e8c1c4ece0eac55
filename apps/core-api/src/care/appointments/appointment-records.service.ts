import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { Clock } from '@restartix/context';
import type { AppointmentStatus } from '@restartix/contracts';
import { forbidden, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { assertTransition } from './appointment.policy';
import { AppointmentsRepository, type AppointmentRow } from './appointments.repository';

/** Rows of appointments as use cases change them: never without a step in their history, inside of a unit of work. */
@Injectable()
export class AppointmentRecordsService {
  constructor(
    private readonly repository: AppointmentsRepository,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** The row, kept from changing until the unit ends. Throws not_found. */
  async forChange(id: string): Promise<AppointmentRow> {
    const row = await this.repository.findForChange(id);
    if (!row) throw notFound();
    return row;
  }

  /** A row that was written in this unit, with leave to show it. */
  async written(id: string): Promise<AppointmentRow> {
    const row = await this.repository.find(id);
    if (!row) throw new Error('An appointment that was just written cannot be seen by its writer');
    this.trail.allow('appointment', id);
    return row;
  }

  /** Throws forbidden when the caller may not change it. */
  async change(id: string, columns: Record<string, unknown>): Promise<AppointmentRow> {
    const row = await this.repository.update(id, columns);
    if (!row) throw forbidden();
    this.trail.allow('appointment', id);
    return row;
  }

  /** One step of the state machine. Throws transition_not_allowed or forbidden. */
  async step(
    before: AppointmentRow,
    to: AppointmentStatus,
    columns: Record<string, unknown> = {},
  ): Promise<AppointmentRow> {
    const { id, status: from, starts_at: startsAt } = before;
    assertTransition({ from, to, role: caller().role, startsAt, now: this.clock.now() });
    const after = await this.change(id, { status: to, ...columns });
    await this.note(id, { from, to });
    return after;
  }

  /** Moves it: the status stays. */
  async move(
    before: AppointmentRow,
    columns: Record<string, unknown> & { starts_at: Date },
  ): Promise<AppointmentRow> {
    const { id, status, starts_at: fromStartsAt } = before;
    const unsent = { reminder_24h_sent: false, reminder_1h_sent: false };
    const after = await this.change(id, { ...columns, ...unsent });
    await this.note(id, { from: status, to: status, fromStartsAt, toStartsAt: columns.starts_at });
    return after;
  }

  private async note(
    id: string,
    step: Parameters<AppointmentsRepository['insertTransition']>[3],
  ): Promise<void> {
    const who = caller();
    await this.repository.insertTransition(who.organizationId, uuidv7(), id, step, who);
  }
}
