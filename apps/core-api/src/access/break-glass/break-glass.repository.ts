import { Injectable } from '@nestjs/common';
import type { BreakGlassListQuery, BreakGlassReviewState } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { REVIEW_MS, REVIEWERS, type BreakGlassRow, type ReviewRow } from './break-glass.policy';

const COLUMNS = `b.organization_id, b.id, b.user_id, b.role, b.session_id, b.patient_id, b.purpose, b.reason,
  b.opened_at, b.expires_at, b.closed_at`;

const REVIEWS = `(select count(*) from break_glass_reviews r
  where r.organization_id = b.organization_id and r.break_glass_id = b.id)`;
const IS_DUE = `b.opened_at > current_app_time() - interval '${REVIEW_MS} milliseconds'`;

const REVIEW: Readonly<Record<BreakGlassReviewState, string>> = {
  due: `${REVIEWS} < ${REVIEWERS} and ${IS_DUE}`,
  overdue: `${REVIEWS} < ${REVIEWERS} and not ${IS_DUE}`,
  reviewed: `${REVIEWS} >= ${REVIEWERS}`,
};

type Session = Omit<BreakGlassRow, 'reviews'>;

/** SQL of break-glass. Row-level security narrows it to what the caller opened, or to the organization's for compliance. */
@Injectable()
export class BreakGlassRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Whose patient it is, for a superadmin; undefined without such a record. */
  async organizationOf(patientId: string): Promise<number | undefined> {
    const [row] = await this.uow.read<{ organization: number | null }>(
      'select resolve_record_organization($1) as organization',
      [patientId],
    );
    return row?.organization ?? undefined;
  }

  /** Who is told of it, and whether the record is there at all. For system work: the opener may see neither. */
  async look(patientId: string): Promise<{ hasPatient: boolean; compliance: string[] }> {
    const [found] = await this.uow.sql.query<{ hasPatient: boolean; compliance: string[] }>(
      `select exists (select from patients where id = $1 and deleted_at is null) as "hasPatient",
              array(select user_id from user_organizations
                     where organization_id = current_app_org_id() and role = 'compliance') as compliance`,
      [patientId],
    );
    return found as { hasPatient: boolean; compliance: string[] };
  }

  /** Whether the record is open to the caller already. */
  async isVisible(patientId: string): Promise<boolean> {
    const rows = await this.uow.sql.query('select 1 as seen from patients where id = $1', [patientId]);
    return rows.length > 0;
  }

  /** Opens it from the database's time on. Throws conflict when it is open in this session. */
  async insert(
    row: Omit<Session, 'opened_at' | 'expires_at' | 'closed_at'>,
    minutes: number,
  ): Promise<Session> {
    const [opened] = await this.uow.sql.query<Session>(
      `insert into break_glass_sessions as b (organization_id, id, user_id, role, session_id, patient_id, purpose,
         reason, opened_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, current_app_time(), current_app_time() + make_interval(mins => $9))
       returning ${COLUMNS}`,
      [
        ...[row.organization_id, row.id, row.user_id, row.role, row.session_id, row.patient_id],
        ...[row.purpose, row.reason, minutes],
      ],
    );
    return opened as Session;
  }

  async list({
    patient_id,
    review,
    page,
    page_size,
  }: BreakGlassListQuery): Promise<{ rows: BreakGlassRow[]; total: number }> {
    const where = `($1::uuid is null or b.patient_id = $1) and ${review ? REVIEW[review] : 'true'}`;
    const rows = await this.uow.sql.query<Session>(
      `select ${COLUMNS} from break_glass_sessions b where ${where}
        order by b.opened_at desc, b.id limit $2 offset $3`,
      [patient_id ?? null, page_size, (page - 1) * page_size],
    );
    const [count] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from break_glass_sessions b where ${where}`,
      [patient_id ?? null],
    );
    return { rows: await this.withReviews(rows), total: count?.total ?? 0 };
  }

  /** Those of the organization of the unit that were not looked at in time. */
  async countOverdue(): Promise<number> {
    const [row] = await this.uow.sql.query<{ total: number }>(
      `select count(*)::int as total from break_glass_sessions b where ${REVIEW.overdue}`,
      [],
    );
    return row?.total ?? 0;
  }

  async find(id: string): Promise<BreakGlassRow | undefined> {
    const rows = await this.uow.sql.query<Session>(
      `select ${COLUMNS} from break_glass_sessions b where b.id = $1`,
      [id],
    );
    return (await this.withReviews(rows))[0];
  }

  /** Undefined when it has ended. */
  async close(id: string): Promise<Session | undefined> {
    const [row] = await this.uow.sql.query<Session>(
      `update break_glass_sessions b set closed_at = current_app_time()
        where b.id = $1 and b.closed_at is null and b.expires_at > current_app_time() returning ${COLUMNS}`,
      [id],
    );
    return row;
  }

  /** Throws already_exists for a second word of the same reviewer. */
  async insertReview(
    organizationId: number,
    breakGlassId: string,
    review: Omit<ReviewRow, 'reviewed_at'>,
  ): Promise<void> {
    await this.uow.sql.query(
      `insert into break_glass_reviews (organization_id, id, break_glass_id, reviewed_by, verdict, note, reviewed_at)
       values ($1, $2, $3, $4, $5, $6, current_app_time())`,
      [organizationId, review.id, breakGlassId, review.reviewed_by, review.verdict, review.note],
    );
  }

  private async withReviews(rows: Session[]): Promise<BreakGlassRow[]> {
    if (rows.length === 0) return [];
    const reviews = await this.uow.sql.query<ReviewRow & { break_glass_id: string }>(
      `select break_glass_id, id, reviewed_by, verdict, note, reviewed_at from break_glass_reviews
        where break_glass_id = any($1::uuid[]) order by reviewed_at, id`,
      [rows.map(({ id }) => id)],
    );
    return rows.map((row) => ({
      ...row,
      reviews: reviews.filter(({ break_glass_id }) => break_glass_id === row.id),
    }));
  }
}
