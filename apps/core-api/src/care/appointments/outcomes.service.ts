import { Injectable } from '@nestjs/common';
import { requireContext, runInContext } from '@restartix/context';
import { UsageService } from '../../operations/analytics-edge/usage.service';
import { SettingsService } from '../../organizations/settings/settings.service';
import { MessagingService } from '../../outreach/messaging/messaging.service';
import { PatientLookupService } from '../../people/patients/patient-lookup.service';
import { AppointmentsRepository, type AppointmentRow } from './appointments.repository';

/** What follows from an appointment's step. */
@Injectable()
export class OutcomesService {
  constructor(
    private readonly repository: AppointmentsRepository,
    private readonly settings: SettingsService,
    private readonly messages: MessagingService,
    private readonly patients: PatientLookupService,
    private readonly usage: UsageService,
  ) {}

  /**
   * Counts the step as use of the platform by its patient, who need not be the caller and whose consent decides. After
   * the commit, which it cannot undo; returns at once: nobody's care waits for a count.
   */
  count({ id, patient_id, status, mode, booked_via }: AppointmentRow): void {
    if (patient_id === null) return;
    const counted = async () => {
      const userId = await this.patients.userOf(patient_id);
      if (!userId) return;
      const context = requireContext();
      const actor = { userId, role: 'patient' as const, emailEnvelope: null, sessionId: null };
      // The address is the caller's: it says nothing of a patient whom somebody else books.
      const place = context.actor?.userId === userId ? {} : { clientAddress: null, userAgent: null };
      runInContext({ ...context, ...place, actor }, () =>
        this.usage.record(`appointment.${status}`, id, { mode, booked_via }),
      );
    };
    void counted().catch(() => undefined);
  }

  /**
   * Tells the administrators of a visit that was rated low, by the organization's own measure: in the unit that rates, so
   * that no rating is ever kept without its messages.
   */
  async tellOfRating({ id, rating }: AppointmentRow): Promise<void> {
    const { low_rating_threshold: threshold } = await this.settings.current();
    if (rating === null || rating > threshold) return;
    for (const userId of await this.repository.administrators())
      await this.messages.enqueue({
        ...{ template: 'appointment.low_rating', channel: 'email', recipient: { userId } },
        ...{ data: { appointment_id: id }, dedupeKey: `low_rating:${id}:${userId}` },
      });
  }
}
