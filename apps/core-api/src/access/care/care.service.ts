import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { conflict } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { CareRepository } from './care.repository';

/** Care relationships: what lets a specialist see a patient. */
@Injectable()
export class CareService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: CareRepository,
  ) {}

  /** The caller takes a patient into care. Throws conflict when the caller has no specialist record here. */
  async openByCaller(patientId: string): Promise<void> {
    const userId = requireContext().actor?.userId ?? '';
    const opened = await this.uow.run(() => this.repository.openForUser(uuidv7(), patientId, userId));
    if (!opened) throw conflict('Your account has no specialist record in this organization.');
  }

  /** A patient is in the care of whoever they have an appointment with; the database asks for that appointment. */
  async openByAppointment(patientId: string, specialistId: string): Promise<void> {
    const { organizationId } = requireContext();
    await this.uow.run(() =>
      this.repository.openByAppointment(Number(organizationId), uuidv7(), patientId, specialistId),
    );
  }

  /** Ends care that appointments opened, so many days after the last visit, in the open unit; answers how many. */
  closeAfterVisits(now: Date, days: number): Promise<number> {
    return this.repository.closeAfterVisits(now, days);
  }

  /**
   * Ends care that only appointments held open, when the last of them was cancelled or missed. System work, after the
   * change has committed: whoever cancels need not see who cares for whom.
   */
  async closeWithoutAppointments(
    organizationId: number,
    patientId: string,
    specialistId: string,
  ): Promise<void> {
    await this.uow.asSystem('the last appointment of a care relationship ended', organizationId, () =>
      this.repository.closeWithoutAppointments(patientId, specialistId),
    );
  }
}
