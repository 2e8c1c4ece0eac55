import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { Clock } from '@restartix/context';
import {
  pageMeta,
  type Appointment,
  type JoinWaitlistRequest,
  type PageMeta,
  type WaitlistEntry,
  type WaitlistQuery,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, DomainError, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { OffersService } from '../appointments/offers.service';
import { WaitlistPlacesService } from './waitlist-places.service';
import { toWaitlistEntry } from './waitlist.mapper';
import { WaitlistRepository, type EntryRow } from './waitlist.repository';

/** Who waits for a time, and what they answer to an offer. Every method is one unit of work. */
@Injectable()
export class WaitlistService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: WaitlistRepository,
    private readonly offers: OffersService,
    private readonly places: WaitlistPlacesService,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** A patient's own, or the organization's for the desk; first come first. */
  async list(query: WaitlistQuery): Promise<{ data: WaitlistEntry[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(async () => {
      const found = await this.repository.list(query);
      const shown = found.rows.map(({ id, patient_id }) => ({ id, patientId: patient_id }));
      this.trail.recordShown('search', 'waitlist_entry', shown);
      return found;
    });
    return { data: rows.map(toWaitlistEntry), meta: pageMeta(query, total) };
  }

  /**
   * Joins. Throws not_found for an unknown patient, type or specialist of it, conflict when the patient waits for this
   * type already or the organization keeps no waitlist, or validation_error.
   */
  join(request: JoinWaitlistRequest): Promise<WaitlistEntry> {
    return this.uow.run(async () => {
      const patientId = await this.places.patientFor(request, this.clock.now().getTime());
      const id = uuidv7();
      if (!(await this.repository.insert(caller().organizationId, id, patientId, request)))
        throw conflict('The patient waits for this already.');
      return this.show(id);
    });
  }

  /** What is offered becomes an appointment. Throws not_found, or transition_not_allowed when no offer is open. */
  accept(id: string): Promise<Appointment> {
    return this.uow.run(async () => {
      const entry = await this.forChange(id);
      const appointmentId = this.openOffer(entry);
      const appointment = await this.offers.accept(appointmentId);
      await this.repository.change(id, 'booked', appointmentId);
      return appointment;
    });
  }

  /** The offer goes to the next; who declines keeps the place for other times. Throws as {@link accept}. */
  decline(id: string): Promise<WaitlistEntry> {
    return this.uow.run(async () => {
      const entry = await this.forChange(id);
      await this.offers.withdraw(this.openOffer(entry), 'patient_request');
      await this.repository.change(id, 'waiting', null);
      return this.show(id);
    });
  }

  /** Waits no longer; an open offer goes to the next. Throws not_found, or transition_not_allowed when that was so. */
  leave(id: string): Promise<WaitlistEntry> {
    return this.uow.run(async () => {
      const { status, appointment_id } = await this.forChange(id);
      if (status !== 'waiting' && status !== 'offered') throw noOffer('This entry waits no longer.');
      if (status === 'offered' && appointment_id)
        await this.offers.withdraw(appointment_id, 'patient_request');
      await this.repository.change(id, 'left', null);
      return this.show(id);
    });
  }

  private async forChange(id: string): Promise<EntryRow> {
    const entry = await this.repository.findForChange(id);
    if (!entry) throw notFound();
    return entry;
  }

  private openOffer({ status, appointment_id, offer_expires_at }: EntryRow): string {
    const isOpen = status === 'offered' && offer_expires_at !== null && offer_expires_at > this.clock.now();
    if (!isOpen || appointment_id === null) throw noOffer('No offer is open.');
    return appointment_id;
  }

  private async show(id: string): Promise<WaitlistEntry> {
    const row = await this.repository.find(id);
    if (!row) throw new Error('An entry that was just written cannot be seen by its writer');
    this.trail.allow('waitlist_entry', id);
    return toWaitlistEntry(row);
  }
}

const noOffer = (detail: string): DomainError => new DomainError('transition_not_allowed', { detail });
