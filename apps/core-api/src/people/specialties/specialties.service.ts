import { Injectable } from '@nestjs/common';
import {
  pageMeta,
  type CreateSpecialtyRequest,
  type PageMeta,
  type Specialty,
  type SpecialtyListQuery,
  type UpdateSpecialtyRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { assertSomething } from '../../platform/columns';
import { SpecialtiesRepository } from './specialties.repository';

/** The organization's own catalogue of fields of practice. */
@Injectable()
export class SpecialtiesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: SpecialtiesRepository,
  ) {}

  async list(query: SpecialtyListQuery): Promise<{ data: Specialty[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(() => this.repository.list(query));
    return { data: rows, meta: pageMeta(query, total) };
  }

  /** Throws already_exists for a slug that is taken. */
  create(request: CreateSpecialtyRequest): Promise<Specialty> {
    const { organizationId } = caller();
    return this.uow.run(() => this.repository.insert(organizationId, uuidv7(), request));
  }

  /** Throws not_found, already_exists, or validation_error for an empty change. */
  async change(id: string, change: UpdateSpecialtyRequest): Promise<Specialty> {
    assertSomething(change);
    const specialty = await this.uow.run(() => this.repository.update(id, change));
    if (!specialty) throw notFound();
    return specialty;
  }
}
