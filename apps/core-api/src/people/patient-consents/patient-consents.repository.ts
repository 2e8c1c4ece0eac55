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
  withdrawn_at: Date | null;
}

const TEXT = 'id, kind, version, title, body, published_at';
const CONSENT = `select c.id, c.patient_id, c.consent_text_id, c.kind, t.version, c.given_at, c.withdrawn_at
  from patient_consents c
  join consent_texts t on t.organization_id = c.organization_id and t.id = c.consent_text_id`;

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

  async findText(id: string): Promise<{ id: string; kind: string; is_current: boolean } | undefined> {
    const [row] = await this.uow.sql.query<{ id: string; kind: string; is_current: boolean }>(
      `select t.id, t.kind, not exists (select 1 from consent_texts n where n.organization_id = t.organization_id
          and n.kind = t.kind and n.version > t.version) as is_current
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

  /** False when one of the kind is in force. */
  async insert(
    organizationId: number,
    id: string,
    patientId: string,
    text: Pick<TextRow, 'id' | 'kind'>,
  ): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `insert into patient_consents (organization_id, id, patient_id, consent_text_id, kind)
       values ($1, $2, $3, $4, $5) on conflict do nothing returning 1 as inserted`,
      [organizationId, id, patientId, text.id, text.kind],
    );
    return rows.length > 0;
  }

  /** Ends a consent that is in force; false when it is not. */
  async withdraw(id: string): Promise<boolean> {
    const rows = await this.uow.sql.query(
      `update patient_consents set withdrawn_at = clock_timestamp() where id = $1 and withdrawn_at is null
       returning 1 as withdrawn`,
      [id],
    );
    return rows.length > 0;
  }
}
