import { attachAudit } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN = 'user_id = (select current_app_user_id())';

/** Second factors of users, the challenges they answer, and the count of their wrong answers. */
export class CreateStepUp1763615001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['second_factors', 'recovery_codes', 'step_up_challenges', 'step_up_attempts']) {
      await runner.query(`
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
        create policy own on ${table} for all to core_app using (${OWN}) with check (${OWN});
        create policy system_work on ${table} for all to core_system using (true);
        create policy data_migrations on ${table} for all to migrator using (true);
        grant select, insert, update, delete on ${table} to core_app, core_system`);
    }
    await attachAudit(runner, 'second_factors', 'second_factor');
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLES = `
create table second_factors (
  id uuid primary key,
  user_id uuid not null references users (id),
  kind text not null check (kind in ('totp', 'webauthn')),
  wrapped_secret text,
  credential_index text constraint second_factors_credential_unique unique,
  device_bound boolean not null default false,
  sign_count bigint not null default 0,
  last_step bigint not null default 0,
  confirmed_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now()
);
comment on column second_factors.wrapped_secret is 'Envelope under the platform key: the secret of TOTP, the public key of WebAuthn.';
comment on column second_factors.credential_index is 'Id of the credential at its authenticator, as a keyed hash.';
comment on column second_factors.last_step is 'Newest time step whose code was accepted: none is accepted twice.';
create index second_factors_user on second_factors (user_id);

create table recovery_codes (
  user_id uuid not null references users (id),
  code_hash text not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);

create table step_up_challenges (
  id uuid primary key,
  user_id uuid not null references users (id),
  session_id uuid not null references sessions (id),
  kind text not null check (kind in ('enrol', 'webauthn', 'sms')),
  answer text not null,
  expires_at timestamptz not null
);
comment on column step_up_challenges.answer is 'WebAuthn: the challenge. SMS: keyed hash of the code.';
create index step_up_challenges_user on step_up_challenges (user_id);

create table step_up_attempts (
  user_id uuid primary key references users (id),
  failures int not null default 0,
  locked_until timestamptz
);
`;
