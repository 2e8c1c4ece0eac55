import { Injectable } from '@nestjs/common';
import {
  pageMeta,
  type CreateSpecialistRequest,
  type PageMeta,
  type Specialist,
  type SpecialistFields,
  type SpecialistListQuery,
  type SpecialistProfile,
  type UpdateSpecialistRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, invalid, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { assertSomething } from '../../platform/columns';
import { SpecialistCipher } from './specialist.cipher';
import { isLicensed, licenceFaults, listFaults, seesRegisters } from './specialist.policy';
import { SpecialistsRepository, type SpecialistRow } from './specialists.repository';

const SEALED = ['name', 'email', 'phone', 'dea_number'] as const;

/** What booking must know of somebody. */
export interface BookableState {
  /** Not bookable while inactive. */
  isActive: boolean;
  acceptsNewPatients: boolean;
}

/** The practitioners of the caller's organization. */
@Injectable()
export class SpecialistsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: SpecialistsRepository,
    private readonly cipher: SpecialistCipher,
  ) {}

  async list(query: SpecialistListQuery): Promise<{ data: Specialist[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(() => this.repository.list(query));
    return { data: await Promise.all(rows.map((row) => this.present(row))), meta: pageMeta(query, total) };
  }

  /** Throws not_found. */
  async read(id: string): Promise<SpecialistProfile> {
    return this.uow.run(async () => {
      const row = await this.repository.find(id);
      if (!row) throw notFound();
      return this.presentProfile(row);
    });
  }

  /** Throws validation_error for a licence without its register's number, already_exists, or conflict for an unknown clinic. */
  async create(request: CreateSpecialistRequest): Promise<SpecialistProfile> {
    const { organizationId } = caller();
    const id = uuidv7();
    assertLists(request, request);
    const columns = await this.columnsOf(organizationId, id, request);
    await this.uow.run(async () => {
      await this.repository.insert(organizationId, id, columns);
      await this.putLists(organizationId, id, request);
    });
    return this.read(id);
  }

  /** Throws not_found, and as {@link create}. */
  async change(id: string, change: UpdateSpecialistRequest): Promise<SpecialistProfile> {
    assertSomething(change);
    const { organizationId } = caller();
    const columns = await this.columnsOf(organizationId, id, change);
    await this.uow.run(async () => {
      const before = await this.repository.findForChange(id);
      if (!before) throw notFound();
      const licences = change.licences ?? (await this.repository.licences(id));
      assertLists(
        { ...change, licences },
        { npi: before.npi, hpr_number: before.hpr_number, ...defined(change) },
      );
      if (!(await this.repository.update(id, columns))) throw notFound();
      await this.putLists(organizationId, id, change);
    });
    return this.read(id);
  }

  /** Whether somebody can be booked at all; undefined for nobody here. */
  bookableState(id: string): Promise<BookableState | undefined> {
    return this.uow.run(() => this.repository.bookableState(id));
  }

  /** Whether somebody holds a licence that is valid where and when a visit takes place. */
  async isLicensed(id: string, place: { country: string; state: string }, day: string): Promise<boolean> {
    return isLicensed(await this.uow.run(() => this.repository.licences(id)), place, day);
  }

  /** Names by id, of those who are there. */
  async namesOf(organizationId: number, sealed: ReadonlyMap<string, string>): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    for (const [id, name] of sealed) names.set(id, await this.cipher.open(organizationId, id, 'name', name));
    return names;
  }

  private async columnsOf(
    organizationId: number,
    id: string,
    fields: Partial<SpecialistFields>,
  ): Promise<Record<string, unknown>> {
    const { specialty_ids: _1, clinics: _2, licences: _3, ...plain } = fields;
    const columns: Record<string, unknown> = defined(plain);
    for (const column of SEALED) {
      const value = fields[column];
      if (value !== undefined)
        Object.assign(columns, await this.cipher.seal(organizationId, id, column, value));
    }
    return columns;
  }

  private async putLists(
    organizationId: number,
    id: string,
    fields: Partial<SpecialistFields>,
  ): Promise<void> {
    if (fields.specialty_ids) await this.repository.putSpecialties(organizationId, id, fields.specialty_ids);
    if (fields.clinics) await this.repository.putClinics(organizationId, id, fields.clinics);
    if (!fields.licences) return;
    const before = await this.repository.licences(id, true);
    const rows = [];
    for (const licence of fields.licences) {
      const known = before.find(
        ({ country, state }) => country === licence.country && state === (licence.state ?? ''),
      );
      const licenceId = known?.id ?? uuidv7();
      const number = await this.cipher.sealLicence(organizationId, licenceId, licence.number);
      rows.push({ ...licence, id: licenceId, number });
    }
    await this.repository.putLicences(organizationId, id, rows);
  }

  private async present(row: SpecialistRow): Promise<Specialist> {
    return {
      id: row.id,
      user_id: row.user_id,
      name: await this.cipher.open(row.organization_id, row.id, 'name', row.name),
      title: row.title,
      bio: row.bio,
      credentials: row.credentials,
      specialty_ids: row.specialty_ids,
      scheduling_timezone: row.scheduling_timezone,
      scheduling_active: row.scheduling_active,
      is_active: row.is_active,
      accepting_new_patients: row.accepting_new_patients,
      created_at: row.created_at.toISOString(),
      updated_at: row.updated_at.toISOString(),
    };
  }

  private async presentProfile(row: SpecialistRow): Promise<SpecialistProfile> {
    const profile = { ...(await this.present(row)), clinics: await this.repository.clinics(row.id) };
    if (!seesRegisters(caller().role)) return profile;
    const { organization_id: organization, id } = row;
    const licences = await this.repository.licences(id);
    return {
      ...profile,
      email: await this.cipher.open(organization, id, 'email', row.email),
      phone: await this.cipher.open(organization, id, 'phone', row.phone),
      npi: row.npi,
      dea_number: await this.cipher.open(organization, id, 'dea_number', row.dea_number),
      hpr_number: row.hpr_number,
      licences: await Promise.all(
        licences.map(async ({ id: licenceId, state, number, ...licence }) => ({
          ...licence,
          ...(state ? { state } : {}),
          number: await this.cipher.openLicence(organization, licenceId, number),
        })),
      ),
    };
  }
}

function assertLists(
  fields: Partial<SpecialistFields>,
  numbers: Pick<SpecialistFields, 'npi' | 'hpr_number'>,
): void {
  const faults = [...listFaults(fields), ...licenceFaults(fields.licences ?? [], numbers)];
  if (faults.length > 0) throw invalid(faults);
  const { scheduling_active, scheduling_timezone } = fields;
  if (scheduling_active && scheduling_timezone === null)
    throw conflict('Without a time zone nobody is open for scheduling.');
}

const defined = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
