import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import type { PatientClaim } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, DomainError, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { MessagingService } from '../../outreach/messaging/messaging.service';
import { signedInCaller } from '../../platform/caller';
import { PatientLookupService } from '../patients/patient-lookup.service';
import { ClaimCodes, newCode } from './claim-codes';
import { ClaimsRepository } from './claims.repository';

const GOOD_FOR_MS = 24 * 3_600_000;

/** Codes by which records that were made at the desk become their patients' own, sent to the patients. */
@Injectable()
export class ClaimsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ClaimsRepository,
    private readonly codes: ClaimCodes,
    private readonly patients: PatientLookupService,
    private readonly messages: MessagingService,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends a code to the contact of a record; one that was sent before is good no more. Throws not_found, claim_taken for
   * a record that has a login, or conflict for one without e-mail address and phone number.
   */
  issue(patientId: string): Promise<PatientClaim> {
    const { organizationId, userId } = signedInCaller();
    const [id, code, now] = [uuidv7(), newCode(), this.clock.now()];
    const expiresAt = new Date(now.getTime() + GOOD_FOR_MS);
    return this.uow.run(async () => {
      const owner = await this.patients.userOf(patientId);
      if (owner === undefined) throw notFound();
      if (owner !== null) throw new DomainError('claim_taken');
      const channel = await this.patients.channelOf(patientId);
      if (!channel) throw conflict('The record has no e-mail address and no phone number to send a code to.');
      await this.repository.replaceOpen(patientId, now);
      const codeIndex = this.codes.index(organizationId, code);
      const claim = { id, patientId, codeIndex, channel, issuedBy: userId, issuedAt: now, expiresAt };
      await this.repository.insert(organizationId, claim);
      await this.messages.enqueue({
        template: 'patient.claim',
        recipient: { patientId },
        channel,
        data: { code },
        dedupeKey: `patient.claim:${id}`,
      });
      return { id, channel, expires_at: expiresAt.toISOString() };
    });
  }
}
