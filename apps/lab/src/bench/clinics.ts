import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext, type Actor } from '@restartix/context';
import { Database, UnitOfWork } from '@restartix/database';
import { startPostgres, type Running } from '@restartix/embedded';
import {
  applyInitSql,
  createDatabaseIfAbsent,
  databaseUrls,
  developmentKeys,
  LAB_DATABASES,
  runToEnd,
  SCRIPTS,
  type DatabaseUrls,
} from '@restartix/testing';
import { assertDurable } from './durability';
import { ALL_PROCESSORS, pin, sharedProcessors } from './machine';

/** Of each of the two organizations; every specialist cares for as many patients. */
const PATIENTS = 1_000;
const SPECIALISTS = 10;

const ENVELOPE = `e1.1.${'x'.repeat(56)}`;

/** Envelopes of the length the service writes; the bench opens none. Triggers are off: nobody audits this. */
const SEED = `
  set session_replication_role = replica;
  insert into organizations (id, slug, name) values (1, 'carpathia', 'Carpathia'), (2, 'danube', 'Danube');
  insert into users (id) select md5(o || 'user' || s)::uuid from generate_series(1, 2) o, generate_series(1, ${SPECIALISTS}) s;
  insert into specialists (organization_id, id, user_id, name)
    select o, md5(o || 'specialist' || s)::uuid, md5(o || 'user' || s)::uuid, 'sealed'
      from generate_series(1, 2) o, generate_series(1, ${SPECIALISTS}) s;
  insert into patients (organization_id, id, patient_person_id, first_name, last_name, date_of_birth, email, phone,
      address_line1, city, state, zip, insurance_provider, insurance_member_id, last_name_index, created_at)
    select o, md5(o || '/' || n)::uuid, md5('person' || o || '/' || n)::uuid, e, e, e, e, e, e, e, e, e, e, e,
           md5(n::text), now() - n * interval '1 minute'
      from generate_series(1, 2) o, generate_series(1, ${PATIENTS}) n, (select '${ENVELOPE}' as e) envelope;
  insert into patient_keys (organization_id, patient_id, version, wrapped_key)
    select organization_id, id, 1, 'e1.1.' || repeat('k', 80) from patients;
  insert into care_relationships (organization_id, id, patient_id, specialist_id, reason)
    select o, md5('care' || o || '/' || n)::uuid, md5(o || '/' || n)::uuid,
           md5(o || 'specialist' || 1 + n % ${SPECIALISTS})::uuid, 'assignment'
      from generate_series(1, 2) o, generate_series(1, ${PATIENTS}) n;
  set session_replication_role = origin;
  analyze;`;

export interface Reader {
  role: 'org_admin' | 'specialist';
  organizationId: number;
  userId: string;
  patients: string[];
}

/** Two organizations with patients in a database of their own on a durable server. */
export class Clinics {
  /** As the service connects: role core_app. Both sides plan their statements once, as the service does. */
  readonly requests: Database;
  /** Past row-level security. */
  readonly plain: Database;
  readonly uow: UnitOfWork;

  private constructor(
    private readonly dir: string,
    private readonly server: Running,
    urls: DatabaseUrls,
    connections: number,
  ) {
    const open = (url: string, applicationName: string, max: number) =>
      new Database({ url, applicationName, max, planOnce: true });
    this.requests = open(urls.databaseUrl, 'bench units', connections);
    this.plain = open(urls.superuserUrl, 'bench plain', 1);
    this.uow = new UnitOfWork(this.requests, this.requests);
  }

  /** With so many connections for requests. */
  static async open(connections = 1): Promise<Clinics> {
    const dir = mkdtempSync(join(tmpdir(), 'restartix-bench-'));
    const keys = developmentKeys();
    const server = await startPostgres({ dir, name: 'PostgreSQL', password: keys.passwords.main.postgres });
    const { measured, others } = sharedProcessors();
    pin(server.pid, measured); // and every process it starts for a connection from here on
    pin(process.pid, others);
    const everywhere = { main: server.url, telemetry: server.url, clickhouse: server.url, redis: server.url };
    const urls = databaseUrls(everywhere, LAB_DATABASES, keys);
    await createDatabaseIfAbsent(server.url, LAB_DATABASES.main);
    await applyInitSql(urls.superuserUrl, 'main-database.sql', keys.passwords.main);
    const { databaseUrl: DATABASE_URL, migrationUrl: DATABASE_MIGRATION_URL } = urls;
    await runToEnd(SCRIPTS.coreMigration, { DATABASE_URL, DATABASE_MIGRATION_URL });
    const clinics = new Clinics(dir, server, urls, connections);
    await Promise.all([clinics.requests.connect(), clinics.plain.connect()]);
    await assertDurable(clinics.plain);
    await clinics.plain.query(SEED);
    return clinics;
  }

  async close(): Promise<void> {
    await Promise.all([this.requests.close(), this.plain.close()]);
    await this.server.stop();
    pin(process.pid, ALL_PROCESSORS); // what this process starts from here on has them all again
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Someone of an organization, and the patients they may read. */
  async reader(role: Reader['role'], organizationId = 1): Promise<Reader> {
    const [specialist] = await this.plain.query<{ id: string; user_id: string }>(
      'select id, user_id from specialists where organization_id = $1 order by id limit 1',
      [organizationId],
    );
    const patients = await this.plain.query<{ id: string }>(
      'select patient_id as id from care_relationships where specialist_id = $1 order by id',
      [specialist?.id],
    );
    return {
      role,
      organizationId,
      userId: specialist?.user_id ?? '',
      patients: patients.map(({ id }) => id),
    };
  }

  /** Runs work in the context of a request of theirs. */
  as<T>(
    { role, organizationId, userId }: Omit<Reader, 'organizationId'> & { organizationId: number | null },
    work: () => Promise<T>,
  ): Promise<T> {
    const actor: Actor = { userId, role, emailEnvelope: ENVELOPE, sessionId: 'session' };
    const request = { requestId: randomUUID(), clientAddress: '192.0.2.7', userAgent: 'bench' };
    return runInContext(createContext({ ...request, actor, organizationId }), work);
  }
}
