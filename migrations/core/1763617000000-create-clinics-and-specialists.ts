import { attachAudit, enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const MANAGED = [
  { name: 'read', command: 'select' as const },
  { name: 'manage', command: 'insert' as const, roles: ['org_admin'] },
  { name: 'manage', command: 'update' as const, roles: ['org_admin'] },
];

/** Locations of an organization, its settings and host names, and what a specialist is and may. */
export class CreateClinicsAndSpecialists1763617000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    const staff = ['specialist', 'assistant', 'org_admin', 'compliance'];
    for (const [table, resource] of [
      ['clinics', 'clinic'],
      ['specialist_clinics', 'specialist_clinic'],
      ['specialties', 'specialty'],
      ['specialist_specialties', 'specialist_specialty'],
      ['organization_settings', 'organization_settings'],
      ['feature_flags', 'feature_flag'],
    ] as const) {
      await enableTenantRls(runner, table, MANAGED);
      await attachAudit(runner, table, resource);
    }
    await enableTenantRls(runner, 'specialist_licences', [
      { name: 'read', command: 'select', roles: staff },
      { name: 'manage', command: 'insert', roles: ['org_admin'] },
      { name: 'manage', command: 'update', roles: ['org_admin'] },
    ]);
    await attachAudit(runner, 'specialist_licences', 'specialist_licence');
    await attachAudit(runner, 'organization_domains', 'organization_domain');
    await runner.query(DOMAINS);
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLES = `
create table clinics (
  organization_id int not null references organizations (id),
  id uuid not null,
  name text not null,
  address text,
  city text,
  state text,
  zip text,
  phone text,
  ehr_system text not null default 'epic',
  redox_destination_id text,
  timezone text not null default 'America/New_York',
  business_hours jsonb not null default '{}',
  holiday_calendar text,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id)
);
create index clinics_id on clinics (id);
comment on column clinics.business_hours is 'Weekday (mon…sun) → {start, end} on the clinic''s wall clock; an absent day is closed, an empty object says nothing.';
comment on column clinics.holiday_calendar is 'Country or region whose public holidays close it, such as RO or US-CA; null for none.';

alter table specialists
  add column version int not null default 1,
  add column email text,
  add column email_index text,
  add column phone text,
  add column npi text,
  add column dea_number text,
  add column dea_number_index text,
  add column hpr_number text,
  add column credentials text[] not null default '{}',
  add column bio text,
  add column slug text,
  add column is_active boolean not null default true,
  add column accepting_new_patients boolean not null default true,
  add constraint specialists_email_unique unique (organization_id, email_index),
  add constraint specialists_npi_unique unique (organization_id, npi),
  add constraint specialists_dea_unique unique (organization_id, dea_number_index),
  add constraint specialists_hpr_unique unique (organization_id, hpr_number),
  add constraint specialists_slug_unique unique (organization_id, slug),
  add constraint specialists_npi_form check (npi ~ '^[12][0-9]{9}$'),
  add constraint specialists_hpr_form check (hpr_number ~ '^[0-9]{7,9}$');
comment on column specialists.npi is 'National Provider Identifier: public register, not a secret.';
comment on column specialists.hpr_number is 'Norwegian register of health personnel: public, not a secret.';
comment on column specialists.email is 'Envelope under the organization''s key, as are phone and dea_number.';

create table specialist_clinics (
  organization_id int not null references organizations (id),
  specialist_id uuid not null,
  clinic_id uuid not null,
  is_primary boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, specialist_id, clinic_id),
  foreign key (organization_id, specialist_id) references specialists (organization_id, id),
  foreign key (organization_id, clinic_id) references clinics (organization_id, id)
);
create unique index specialist_clinics_one_primary on specialist_clinics (organization_id, specialist_id)
  where is_primary and is_active;

create table specialties (
  organization_id int not null references organizations (id),
  id uuid not null,
  title text not null,
  slug text not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  constraint specialties_slug_unique unique (organization_id, slug)
);

create table specialist_specialties (
  organization_id int not null references organizations (id),
  specialist_id uuid not null,
  specialty_id uuid not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (organization_id, specialist_id, specialty_id),
  foreign key (organization_id, specialist_id) references specialists (organization_id, id),
  foreign key (organization_id, specialty_id) references specialties (organization_id, id)
);

create table specialist_licences (
  organization_id int not null references organizations (id),
  id uuid not null,
  specialist_id uuid not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  state text not null default '' check (state ~ '^[A-Z0-9]{0,3}$'),
  number text not null,
  issuing_body text,
  issued_on date,
  expires_on date,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  constraint specialist_licences_unique unique (organization_id, specialist_id, country, state),
  constraint specialist_licences_dates check (expires_on is null or issued_on is null or issued_on <= expires_on),
  foreign key (organization_id, specialist_id) references specialists (organization_id, id)
);
comment on column specialist_licences.number is 'Envelope under the organization''s key.';
comment on column specialist_licences.expires_on is 'Last day on which it is valid.';

create table organization_settings (
  organization_id int not null references organizations (id),
  timezone text not null default 'Europe/Bucharest',
  locale text not null default 'en',
  public_booking boolean not null default false,
  require_licence boolean not null default false,
  waitlist_offer_minutes int not null default 30 check (waitlist_offer_minutes between 1 and 10080),
  care_days_after_visit int not null default 30 check (care_days_after_visit between 0 and 3650),
  low_rating_threshold smallint not null default 2 check (low_rating_threshold between 0 and 5),
  updated_at timestamptz not null default now(),
  primary key (organization_id)
);

create table feature_flags (
  organization_id int not null references organizations (id),
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  enabled boolean not null,
  updated_at timestamptz not null default now(),
  primary key (organization_id, name)
);

create table organization_domains (
  organization_id int not null references organizations (id),
  id uuid primary key,
  hostname text not null constraint organization_domains_hostname_form check (hostname = lower(hostname)),
  verification text not null,
  checked_at timestamptz,
  verified_at timestamptz,
  removed_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index organization_domains_asked on organization_domains (organization_id, hostname) where removed_at is null;
create unique index organization_domains_verified on organization_domains (hostname)
  where verified_at is not null and removed_at is null;
comment on column organization_domains.verification is 'What the owner of the host name publishes as TXT; not a secret.';
`;

const DOMAINS = `
alter table organization_domains enable row level security;
alter table organization_domains force row level security;
create policy tenant on organization_domains as restrictive for all to core_app, core_system
  using (organization_id = (select current_app_org_id())) with check (organization_id = (select current_app_org_id()));
create policy system_work on organization_domains for all to core_system using (true);
create policy data_migrations on organization_domains for all to migrator using (true);
create policy read_own on organization_domains for select to core_app
  using ((select current_app_role()) in ('org_admin', 'compliance'));
create policy ask on organization_domains for insert to core_app with check ((select current_app_role()) = 'org_admin');
create policy verify on organization_domains for update to core_app using ((select current_app_role()) = 'org_admin');

create function resolve_host(host text) returns table (id int, name text, slug text, tagline text)
language sql stable security definer set search_path = public, pg_temp as $$
  select o.id, o.name, o.slug, o.tagline from organizations o
   where o.id = coalesce(
    (select d.organization_id from organization_domains d
      where d.hostname = lower(host) and d.verified_at is not null and d.removed_at is null),
    (select p.id from organizations p where p.slug = split_part(lower(host), '.', 1)
      and lower(host) ~ '^[a-z0-9-]+\\.(clinic|portal)\\.restartix\\.(app|pro)$'))
$$;
`;

const GRANTS = `
grant select, insert, update on clinics, specialist_clinics, specialties, specialist_specialties, specialist_licences,
  organization_settings, feature_flags, organization_domains to core_app;
grant select, insert, update, delete on clinics, specialist_clinics, specialties, specialist_specialties,
  specialist_licences, organization_settings, feature_flags, organization_domains to core_system;
grant select on organization_domains, organization_settings, clinics to identity_resolver;
grant create on schema public to identity_resolver;
alter function resolve_host(text) owner to identity_resolver;
revoke create on schema public from identity_resolver;
revoke all on function resolve_host(text) from public;
grant execute on function resolve_host(text) to core_app;
`;
