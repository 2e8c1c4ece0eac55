import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';
import { caller } from '../../platform/caller';
import { PatientCipher } from './patient.cipher';
import { PatientsRepository } from './patients.repository';

/** What others must know of patients without showing them. Row-level security decides as everywhere. */
@Injectable()
export class PatientLookupService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: PatientsRepository,
    private readonly cipher: PatientCipher,
  ) {}

  /** The caller's own record in the active organization, if there is one. */
  ownId(): Promise<string | undefined> {
    const { userId } = caller();
    return this.uow.run(async () => (userId ? this.repository.idOfUser(userId) : undefined));
  }

  /** Whether the caller may see this record. */
  async exists(id: string): Promise<boolean> {
    return (await this.uow.run(() => this.repository.find(id))) !== undefined;
  }

  /** The login of a record the caller may see; null when it has none, undefined when there is no such record. */
  userOf(id: string): Promise<string | null | undefined> {
    return this.uow.run(() => this.repository.userOf(id));
  }

  /** The name in a record the caller may see; undefined when there is no such record. */
  async nameOf(id: string): Promise<{ first_name: string; last_name: string } | undefined> {
    const row = await this.uow.run(() => this.repository.find(id));
    if (!row) return undefined;
    const { first_name, last_name } = await this.cipher.open(row);
    return { first_name: first_name ?? '', last_name: last_name ?? '' };
  }

  /** By what a record the caller may see can be written to: its e-mail address rather than its phone number. */
  async channelOf(id: string): Promise<'email' | 'sms' | undefined> {
    const row = await this.uow.run(() => this.repository.find(id));
    if (row?.email) return 'email';
    return row?.phone ? 'sms' : undefined;
  }

  /** Whether a record of the organization has this e-mail address. */
  async isKnownAddress(email: string): Promise<boolean> {
    const index = this.cipher.index(caller().organizationId, 'email', email);
    const slice = { page: 1, page_size: 1 };
    return (await this.uow.run(() => this.repository.search(new Map([['email', index]]), slice))).total > 0;
  }

  /** The state of the patient's address; null when it is not recorded. */
  async stateOf(id: string): Promise<string | null> {
    const row = await this.uow.run(() => this.repository.find(id));
    return row ? (await this.cipher.open(row)).state : null;
  }
}
