import { enableTenantRls } from '@restartix/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN = 'caller = (select current_app_user_id())';

/** Answers to creates that carried an idempotency key, so that a repeated request creates nothing again. */
export class CreateIdempotencyKeys1763617003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await enableTenantRls(runner, 'idempotency_keys', [
      ...(['select', 'insert', 'update'] as const).map((command) => ({ name: 'own', command, where: OWN })),
      { name: 'read_all', command: 'select', roles: ['compliance'] },
    ]);
    await runner.query(GRANTS);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const TABLE = `
create table idempotency_keys (
  organization_id int not null references organizations (id),
  caller uuid not null,
  key text not null check (length(key) between 1 and 255),
  fingerprint text not null,
  answer text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (organization_id, caller, key)
);
create index idempotency_keys_expiry on idempotency_keys (organization_id, expires_at);
comment on column idempotency_keys.fingerprint is 'SHA-256 of method, address and body.';
comment on column idempotency_keys.answer is 'Envelope under the organization''s key: what was answered; null only inside the unit that writes it.';
`;

const GRANTS = `
grant select, insert, update (fingerprint, answer, created_at, expires_at) on idempotency_keys to core_app;
grant select, insert, update, delete on idempotency_keys to core_system;
`;
