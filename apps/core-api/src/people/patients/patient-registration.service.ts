import { Injectable } from '@nestjs/common';
import { PLATFORM_ORGANIZATION, type CreatePatientRequest } from '@restartix/contracts';
import { KeyRing } from '@restartix/keys';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { placeOf } from '../../platform/places';
import { PatientCipher } from './patient.cipher';
import type { PatientColumns } from './patient.entity';
import { toPlainValues } from './patients.mapper';
import { PatientsRepository } from './patients.repository';

/** A record that is sealed and not yet written. */
export interface PreparedPatient {
  organizationId: number;
  id: string;
  columns: PatientColumns;
  key: { version: number; wrapped: string };
  person: { id: string; wrapped: string };
}

/** Makes records: their keys and envelopes first, because keys may come from elsewhere, then all rows in one unit. */
@Injectable()
export class PatientRegistrationService {
  constructor(
    private readonly repository: PatientsRepository,
    private readonly cipher: PatientCipher,
    private readonly keys: KeyRing,
  ) {}

  async prepare(organizationId: number, request: CreatePatientRequest): Promise<PreparedPatient> {
    const [id, personId] = [uuidv7(), uuidv7()];
    const { wrapped, ...key } = await this.cipher.createKey(organizationId, id);
    const person = await this.keys.newDataKey(
      PLATFORM_ORGANIZATION,
      placeOf(PLATFORM_ORGANIZATION, 'patient_persons', 'wrapped_key', personId),
    );
    const columns = {
      ...this.cipher.seal(organizationId, id, key, toPlainValues(request)),
      recording_consent: request.recording_consent ?? false,
    };
    return {
      ...{ organizationId, id, columns },
      key: { version: key.version, wrapped },
      person: { id: personId, wrapped: person.wrapped },
    };
  }

  /** Writes a record with a new person, in the open unit. */
  async write(prepared: PreparedPatient): Promise<void> {
    await this.repository.insertPerson(prepared.person.id, prepared.person.wrapped, null);
    await this.writeRecord(prepared, prepared.person.id, null);
  }

  /**
   * Writes the record of somebody who has a login, with the person they are already or a new one, in the open unit of
   * system work. False when that person has a record in the organization.
   */
  async writeOwn(prepared: PreparedPatient, userId: string): Promise<boolean> {
    const known = await this.repository.personOfUser(userId);
    if (await this.repository.hasRecord(userId, known)) return false;
    if (!known) await this.repository.insertPerson(prepared.person.id, prepared.person.wrapped, userId);
    await this.writeRecord(prepared, known ?? prepared.person.id, userId);
    return true;
  }

  /** Whether a record states this date of birth, or none; in the open unit of system work. */
  async agreesWithBirth(patientId: string, day: string): Promise<boolean> {
    const stated = await this.repository.birthIndexOf(patientId);
    return stated === null || stated === this.cipher.index(caller().organizationId, 'date_of_birth', day);
  }

  /**
   * Makes a login the owner of a record nobody owns, in the open unit of system work. Somebody who is a person already
   * stays that one, and the person that was made with the record is gone with its key: nothing was ever sealed under it,
   * and what the record holds is under the record's own. `taken`: it has an owner; `other_record`: so has the login one.
   */
  async link(patientId: string, userId: string): Promise<'linked' | 'taken' | 'other_record'> {
    const made = await this.repository.unownedPersonOf(patientId);
    if (!made) return 'taken';
    const known = await this.repository.personOfUser(userId);
    if (await this.repository.hasRecord(userId, known)) return 'other_record';
    await this.repository.giveRecord(patientId, known ?? made, userId);
    if (known) await this.repository.deletePerson(made);
    else await this.repository.givePerson(made, userId);
    return 'linked';
  }

  private async writeRecord(
    { organizationId, id, columns, key }: PreparedPatient,
    personId: string,
    userId: string | null,
  ): Promise<void> {
    const owned = userId === null ? columns : { ...columns, user_id: userId };
    await this.repository.insert(organizationId, id, personId, owned);
    await this.repository.insertKey(organizationId, id, key.version, key.wrapped);
  }
}
