import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN_PATIENT = 'patient_id = (select current_app_patient_id())';
/** Whoever sees the record: the conditions of its own policies are asked, whatever they are. */
const RECORD_SEEN = `exists (select 1 from patients p
  where p.organization_id = patient_consents.organization_id and p.id = patient_consents.patient_id)`;

/** What an organization asks its patients to agree to, in versions that never change, and who agreed to which. */
export class CreateConsents1763650002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await enableTenantRls(runner, 'consent_texts', [
      { name: 'read', command: 'select' },
      { name: 'publish', command: 'insert', roles: ['org_admin'] },
    ]);
    await attachAudit(runner, 'consent_texts', 'consent_text');
    await enableTenantRls(runner, 'patient_consents', [
      { name: 'read_own', command: 'select', roles: ['patient'], where: OWN_PATIENT },
      { name: 'sign', command: 'insert', roles: ['patient'], where: OWN_PATIENT },
      { name: 'withdraw', command: 'update', roles: ['patient'], where: OWN_PATIENT },
      {
        name: 'of_records_seen',
        command: 'select',
        roles: ['specialist', 'assistant', 'org_admin'],
        where: RECORD_SEEN,
      },
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
    await attachAudit(runner, 'patient_consents', 'patient_consent', 'patient_id');
    await runner.query(EFFECTS);
    await runner.query(PUBLISHED);
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLES = `
create table consent_texts (
  organization_id int not null references organizations (id),
  id uuid not null,
  kind text not null check (kind ~ '^[a-z][a-z0-9_]{1,39}$'),
  version int not null check (version > 0),
  title text not null,
  body text not null,
  published_at timestamptz not null default now(),
  primary key (organization_id, id),
  constraint consent_texts_kind_unique unique (organization_id, id, kind),
  constraint consent_texts_version_unique unique (organization_id, kind, version)
);

create table patient_consents (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_id uuid not null,
  consent_text_id uuid not null,
  kind text not null,
  given_at timestamptz not null default clock_timestamp(),
  withdrawn_at timestamptz,
  primary key (organization_id, id),
  constraint patient_consents_order check (withdrawn_at >= given_at),
  foreign key (organization_id, patient_id) references patients (organization_id, id),
  foreign key (organization_id, consent_text_id, kind) references consent_texts (organization_id, id, kind)
);
create index patient_consents_id on patient_consents (id);
create index patient_consents_patient on patient_consents (organization_id, patient_id, given_at);
create unique index patient_consents_in_force on patient_consents (organization_id, patient_id, kind)
  where withdrawn_at is null;
`;

/**
 * What some kinds of consent mean for the record. It runs as the owner: a clinic may not say that somebody shared a
 * profile, and only the patient's own consent row does.
 */
const EFFECTS = `
create function apply_consent() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  holds constant boolean := new.withdrawn_at is null;
  since constant timestamptz := case when holds then new.given_at end;
begin
  update patients p set
    profile_shared = case new.kind when 'profile_sharing' then holds else p.profile_shared end,
    recording_consent = case new.kind when 'recording' then holds else p.recording_consent end,
    hipaa_consent_date = case new.kind when 'hipaa' then since else p.hipaa_consent_date end,
    telehealth_consent_date = case new.kind when 'telehealth' then since else p.telehealth_consent_date end,
    version = p.version + 1, updated_at = now()
   where p.organization_id = new.organization_id and p.id = new.patient_id
     and new.kind in ('profile_sharing', 'recording', 'hipaa', 'telehealth');
  return null;
end $$;
revoke all on function apply_consent() from public;
create trigger apply_consent after insert or update of withdrawn_at on patient_consents
  for each row execute function apply_consent();
`;

/** What a portal shows before anyone signs in: published types of an organization that strangers may book. */
const PUBLISHED = `
create function published_types(organization int)
returns table (id uuid, title text, description text, mode text, duration_minutes int)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.id, t.title, t.description, t.mode, t.duration_minutes from appointment_types t
    join organization_settings s on s.organization_id = t.organization_id and s.public_booking
   where t.organization_id = organization and t.is_published and t.is_active
   order by t.title, t.id limit 100
$$;
grant create on schema public to identity_resolver;
alter function published_types(int) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function published_types(int) from public;
grant execute on function published_types(int) to core_app;
`;

const GRANTS = `
grant select, insert on consent_texts, patient_consents to core_app;
grant update (withdrawn_at) on patient_consents to core_app;
grant select, insert, update, delete on consent_texts, patient_consents to core_system;
`;
