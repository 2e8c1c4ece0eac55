import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import type { PatientConsent, RecordPaperConsentRequest } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, forbidden, invalid, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { signedInCaller } from '../../platform/caller';
import { dayOf } from '../../platform/days';
import { assertHappened } from './patient-consents.policy';
import { PatientConsentsRepository } from './patient-consents.repository';
import { PatientConsentsService } from './patient-consents.service';

/** Opens what other organizations wrote of the person: no clinic says it for a patient. */
const ONLY_IN_PERSON = 'profile_sharing';

/**
 * What staff record of consents: one that was signed on paper, and a withdrawal that was told. They count as those given
 * in person do, and say who recorded them.
 */
@Injectable()
export class DeskConsentsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: PatientConsentsRepository,
    private readonly consents: PatientConsentsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Records a paper. Throws not_found for a record or text the caller may not see, validation_error for a day on which
   * that version cannot have been signed, or conflict while a consent of the kind is in force.
   */
  record(
    patientId: string,
    { consent_text_id, signed_on }: RecordPaperConsentRequest,
  ): Promise<PatientConsent> {
    const { userId: by } = signedInCaller();
    return this.uow.run(async () => {
      await this.consents.assertSeen(patientId);
      const text = await this.repository.findText(consent_text_id);
      if (!text) throw notFound();
      if (text.kind === ONLY_IN_PERSON)
        throw invalid([
          { field: 'consent_text_id', reason: 'this kind is given by the patient in person only' },
        ]);
      assertHappened('signed_on', signed_on, {
        today: this.today,
        since: [
          { day: dayOf(text.published_at), of: 'the text was published' },
          { day: await this.repository.lastWithdrawal(patientId, text.kind), of: 'the last withdrawal' },
        ],
      });
      const id = uuidv7();
      await this.consents.insert({ id, patientId, text, paper: { signed_on, recorded_by: by } });
      return this.consents.show(patientId, id);
    });
  }

  /** Throws not_found, validation_error for a day before the consent, or conflict when it was withdrawn already. */
  withdraw(patientId: string, id: string, toldOn: string): Promise<PatientConsent> {
    const { userId: by } = signedInCaller();
    return this.uow.run(async () => {
      const consent = await this.repository.find(patientId, id);
      if (!consent) throw notFound();
      const given = consent.signed_on ?? dayOf(consent.given_at);
      assertHappened('told_on', toldOn, { today: this.today, since: [{ day: given, of: 'the consent' }] });
      if (consent.withdrawn_at) throw conflict('This consent was withdrawn already.');
      if (!(await this.repository.withdraw(id, { told_on: toldOn, recorded_by: by }))) throw forbidden();
      return this.consents.show(patientId, id);
    });
  }

  private get today(): string {
    return dayOf(this.clock.now());
  }
}
