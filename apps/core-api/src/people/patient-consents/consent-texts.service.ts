import { Injectable } from '@nestjs/common';
import type { ConsentText, PublishConsentTextRequest } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { PatientConsentsRepository, type TextRow } from './patient-consents.repository';

/** Texts an organization asks its patients to agree to. */
@Injectable()
export class ConsentTextsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: PatientConsentsRepository,
  ) {}

  /** The newest version of each kind. */
  async current(): Promise<ConsentText[]> {
    return (await this.uow.run(() => this.repository.currentTexts())).map(present);
  }

  /** The next version. Two at once: one of them fails with already_exists, and neither is lost. */
  async publish(request: PublishConsentTextRequest): Promise<ConsentText> {
    const { organizationId } = caller();
    return present(await this.uow.run(() => this.repository.insertText(organizationId, uuidv7(), request)));
  }
}

const present = ({ published_at, ...text }: TextRow): ConsentText => ({
  ...text,
  published_at: published_at.toISOString(),
});
