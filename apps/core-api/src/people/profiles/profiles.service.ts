import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import type { PersonProfile, UpdateProfileRequest } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError, forbidden, notFound } from '@restartix/errors';
import { caller } from '../../platform/caller';
import { assertSomething } from '../../platform/columns';
import { PatientLookupService } from '../patients/patient-lookup.service';
import type { PersonRow } from './profile.entity';
import { ProfileCipher } from './profile.cipher';
import { ProfilesRepository } from './profiles.repository';

/** A person and what of their profile the database shows. */
interface Shown extends PersonRow {
  name: { first_name: string; last_name: string };
}

/**
 * The portable profile of a person: theirs, whatever organizations they go to. An organization is shown it while the
 * patient's consent to profile sharing is in force, and the name always.
 */
@Injectable()
export class ProfilesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ProfilesRepository,
    private readonly cipher: ProfileCipher,
    private readonly patients: PatientLookupService,
    private readonly trail: AuditTrail,
  ) {}

  /** Throws not_found for a record the caller may not see. */
  async read(patientId: string): Promise<PersonProfile> {
    const shown = await this.uow.run(async () => this.record(patientId, await this.find(patientId)));
    return this.present(shown);
  }

  /** Throws not_found for who is no patient here. */
  async readOwn(): Promise<PersonProfile> {
    const shown = await this.uow.run(async () => {
      const patientId = await this.ownRecord();
      const found = await this.find(patientId);
      if (!found.profile) throw forbidden();
      return this.record(patientId, found);
    });
    return this.present(shown);
  }

  /** Changes the given fields, with `ifVersion` only of that version. Throws as {@link readOwn}, or precondition_failed. */
  async changeOwn(change: UpdateProfileRequest, ifVersion: number | null): Promise<PersonProfile> {
    assertSomething(change);
    const shown = await this.uow.run(async () => {
      const patientId = await this.ownRecord();
      const found = await this.repository.findOwnForChange(caller().userId as string);
      if (!found) throw forbidden();
      if (ifVersion !== null && ifVersion !== found.version) throw new DomainError('precondition_failed');
      await this.repository.update(found.id, await this.cipher.seal(found.id, found.wrapped_key, change));
      this.trail.allow('patient_person', found.id);
      return this.find(patientId);
    });
    return this.present(shown);
  }

  /** The caller's own record, as a patient of the organization. */
  private async ownRecord(): Promise<string> {
    const id = caller().role === 'patient' ? await this.patients.ownId() : undefined;
    if (!id) throw notFound();
    return id;
  }

  private record(patientId: string, shown: Shown): Shown {
    const details = { profile: shown.profile ? 'shown' : 'withheld' };
    this.trail.recordShown('view', 'patient_person', [{ id: shown.id, patientId, details }]);
    return shown;
  }

  private async find(patientId: string): Promise<Shown> {
    const person = await this.repository.find(patientId);
    const name = person && (await this.patients.nameOf(patientId));
    if (!name) throw notFound();
    return { ...person, name };
  }

  private async present({ id, user_id, name, profile }: Shown): Promise<PersonProfile> {
    const who = { id, user_id, ...name };
    if (!profile) return who;
    const { version, updated_at } = profile;
    return {
      ...who,
      ...(await this.cipher.open(id, profile)),
      version,
      updated_at: updated_at.toISOString(),
    };
  }
}
