import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { Clock } from '@restartix/context';
import type {
  Coverage,
  EnterCoverageRequest,
  UpdateCoverageRequest,
  VerificationOutcome,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, forbidden, notFound } from '@restartix/errors';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { assertSomething, givenColumns } from '../../platform/columns';
import { assertPeriod, dayOf, periodAfter } from '../../platform/days';
import { PatientTextsService, type PatientTexts } from '../patients/patient-texts.service';
import { CoveragesRepository, type CoverageColumns, type CoverageRow } from './coverages.repository';

const PLAIN = ['kind', 'valid_from', 'valid_until', 'coverage_order'] as const;

/** What insures patients. Who verifies asks the payer by hand: there is no line to payers. */
@Injectable()
export class CoveragesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: CoveragesRepository,
    private readonly texts: PatientTextsService,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Those in force first, in order; the ended are included. Throws not_found for a record the caller may not see. */
  list(patientId: string): Promise<Coverage[]> {
    return this.uow.run(async () => {
      const texts = await this.texts.of(patientId, 'coverages');
      const rows = await this.repository.list(patientId);
      this.trail.recordShown(
        'search',
        'coverage',
        rows.map(({ id }) => ({ id, patientId })),
      );
      return rows.map((row) => this.present(row, texts));
    });
  }

  /** Throws not_found, or conflict when another is in force in its place of the order on one of its days. */
  enter(patientId: string, request: EnterCoverageRequest): Promise<Coverage> {
    assertPeriod(request);
    return this.uow.run(async () => {
      const texts = await this.texts.of(patientId, 'coverages');
      const id = uuidv7();
      const { organizationId } = caller();
      const columns = { coverage_order: 1, ...columnsOf(request), ...sealed(texts, id, request) };
      return this.show(await this.repository.insert(organizationId, id, patientId, columns), texts);
    });
  }

  /** Throws as {@link enter}, and conflict for one that has ended. */
  change(patientId: string, id: string, change: UpdateCoverageRequest): Promise<Coverage> {
    assertSomething(change);
    return this.write(patientId, id, (row, texts) => {
      assertPeriod(periodAfter(row, change));
      return { ...columnsOf(change), ...sealed(texts, id, change) };
    });
  }

  /** Records what the payer said. Throws not_found, or conflict for one that has ended. */
  verify(patientId: string, id: string, outcome: VerificationOutcome): Promise<Coverage> {
    return this.write(patientId, id, () => ({
      ...{ verification: outcome, verified_by: caller().userId, verified_at: this.clock.now() },
    }));
  }

  /** Ends it with today, or with its first day where that is still to come. Throws as {@link verify}. */
  end(patientId: string, id: string): Promise<Coverage> {
    const today = dayOf(this.clock.now());
    return this.write(patientId, id, ({ valid_from: from, valid_until: until }) => {
      const last = until !== null && until < today ? until : today;
      return { status: 'cancelled', valid_until: last < from ? from : last };
    });
  }

  private write(
    patientId: string,
    id: string,
    columns: (row: CoverageRow, texts: PatientTexts) => CoverageColumns,
  ): Promise<Coverage> {
    return this.uow.run(async () => {
      const texts = await this.texts.of(patientId, 'coverages');
      const row = await this.repository.find(patientId, id);
      if (!row) throw notFound();
      if (row.status === 'cancelled') throw conflict('This coverage has ended.');
      const changed = await this.repository.update(id, columns(row, texts));
      if (!changed) throw forbidden();
      return this.show(changed, texts);
    });
  }

  private show(row: CoverageRow, texts: PatientTexts): Coverage {
    this.trail.allow('coverage', row.id);
    return this.present(row, texts);
  }

  private present({ coverage_order: order, ...row }: CoverageRow, texts: PatientTexts): Coverage {
    const open = (column: 'payer' | 'member_id' | 'group_number' | 'plan') =>
      row[column] === null ? null : texts.open(row.id, column, row[column]);
    const isPast = row.valid_until !== null && row.valid_until < dayOf(this.clock.now());
    return {
      ...row,
      order,
      payer: open('payer') ?? '',
      member_id: open('member_id') ?? '',
      group_number: open('group_number'),
      plan: open('plan'),
      verification: row.verification === 'verified' && isPast ? 'expired' : row.verification,
      verified_at: row.verified_at?.toISOString() ?? null,
      created_at: row.created_at.toISOString(),
      updated_at: row.updated_at.toISOString(),
    };
  }
}

/** The plain columns a request gives. */
const columnsOf = ({ order, ...change }: UpdateCoverageRequest): CoverageColumns =>
  Object.fromEntries(givenColumns(PLAIN, { ...change, coverage_order: order }));

const sealed = (
  texts: PatientTexts,
  id: string,
  { payer, member_id, group_number, plan }: UpdateCoverageRequest,
): CoverageColumns => texts.seal(id, { payer, member_id, group_number, plan }) as CoverageColumns;
