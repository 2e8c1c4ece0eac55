import { Injectable } from '@nestjs/common';
import type { PublishConsentTextRequest } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

export interface TextRow {
  id: string;
  kind: string;
  version: number;
  title: string;
  body: string;
  published_at: Date;
}

export interface ConsentRow {
  id: string;
  patient_id: string;
  consent_text_id: string;
  kind: string;
  version: number;
  given_at: Date;
  /** Days are texts. */
  signed_on: string | null;
  recorded_by: string | null;
  withdrawn_at: Date | null;
  withdrawal_told_on: string | null;
  withdrawal_recorded_by: string | null;
}

/** A consent with the text that was signed. */
export interface DocumentRow extends ConsentRow {
  organization_name: string;
  title: string;
  body: string;
  published_at: Date;
}

/** A consent that is given: in person, or as a paper says that somebody of the staff recorded. */
export interface NewConsent {
  id: string;
  patientId: string;
  text: Pick<TextRow, 'id' | 'kind'>;
  paper?: { signed_on: string; recorded_by: string };
}

/** A text, and whether it is the newest of its kind. */
export type FoundText = Pick<TextRow, 'id' | 'kind' | 'published_at'> & { is_current: boolean };

const TEXT = 'id, kind, version, title, body, published_at';
const COLUMNS = `c.id, c.patient_id, c.consent_text_id, c.kind, t.version, c.given_at, c.signed_on::text,
    c.recorded_by, c.withdrawn_at, c.withdrawal_told_on::text, c.withdrawal_recorded_by`;
const FROM = `from patient_consents c
  join consent_texts t on t.organization_id = c.organization_id and t.id = c.consent_text_id`;
const CONSENT = `select ${COLUMNS} ${FROM}`;

/** SQL of consents: a patient's own, or of the records the caller sees. */
@Injectable()
export class PatientConsentsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  currentTexts(): Promise<TextRow[]> {
    return this.uow.sql.query<TextRow>(
      `select distinct on (kind) ${TEXT} from consent_texts order by kind, version desc`,
      [],
    );
  }

  async insertText(
    organizationId: number,
    id: string,
    { kind, title, body }: PublishConsentTextRequest,
  ): Promise<TextRow> {
    const [row] = await this.uow.sql.query<TextRow>(
      `insert into consent_texts (organization_id, id, kind, version, title, body)
       values ($1, $2, $3, (select coalesce(max(version), 0) + 1 from consent_texts where kind = $3), $4, $5)
       returning ${TEXT}`,
      [organizationId, id, kind, title, body],
    );
    return row as TextRow;
  }

  async findText(id: string): Promise<FoundText | undefined> {
    const [row] = await this.uow.sql.query<FoundText>(
      `select t.id, t.kind, t.published_at, not exists (select 1 from consent_texts n
          where n.organization_id = t.organization_id and n.kind = t.kind and n.version > t.version) as is_current
         from consent_texts t where t.id = $1`,
      [id],
    );
    return row;
  }

  list(patientId: string): Promise<ConsentRow[]> {
    return this.uow.sql.query<ConsentRow>(
      `${CONSENT} where c.patient_id = $1 order by c.given_at desc, c.id`,
      [patientId],
    );
  }

  async find(patientId: string, id: string): Promise<ConsentRow | undefined> {
    const [row] = await this.uow.sql.query<ConsentRow>(`${CONSENT} where c.patient_id = $1 and c.id = $2`, [
      patientId,
      id,
    ]);
    return row;
  }

  async findDocument(patientId: string, id: string): Promise<DocumentRow | undefined> {
    const [row] = await this.uow.sql.query<DocumentRow>(
      `select ${COLUMNS}, t.title, t.body, t.published_at, o.name as organization_name
         ${FROM} join organizations o on o.id = c.organization_id where c.patient_id = $1 and c.id = $2`,
      [patientId, id],
    );
    return row;
  }

  /** Names of logins, sealed; as system work. */
  loginNames(ids: readonly string[]): Promise<{ id: string; name: string | null }[]> {
    return this.uow.sql.query('select id, name from users where id = any($1::uuid[])', [ids]);
  }

  /** False when one of the kind is in force. */
  async insert(organizationId: number, { id, patientId, text, paper }: NewConsent): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `insert into patient_consents (organization_id, id, patient_id, consent_text_id, kind, signed_on, recorded_by)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning 1 as inserted`,
      [
        organizationId,
        id,
        patientId,
        text.id,
        text.kind,
        paper?.signed_on ?? null,
        paper?.recorded_by ?? null,
      ],
    );
    return rows.length > 0;
  }

  /** The day a consent of the kind was last withdrawn; null when none was. */
  async lastWithdrawal(patientId: string, kind: string): Promise<string | null> {
    const [row] = await this.uow.sql.query<{ day: string | null }>(
      `select max(coalesce(withdrawal_told_on, (withdrawn_at at time zone 'UTC')::date))::text as day
         from patient_consents where patient_id = $1 and kind = $2`,
      [patientId, kind],
    );
    return row?.day ?? null;
  }

  /** Ends a consent that is in force, with who recorded that it was told; false when it is not in force. */
  async withdraw(id: string, told?: { told_on: string; recorded_by: string }): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `update patient_consents set withdrawn_at = clock_timestamp(), withdrawal_told_on = $2, withdrawal_recorded_by = $3
        where id = $1 and withdrawn_at is null returning 1 as withdrawn`,
      [id, told?.told_on ?? null, told?.recorded_by ?? null],
    );
    return rows.length > 0;
  }
}
