import { randomUUID } from 'node:crypto';
import { createContext, runInContext, type Actor } from '@restartix/context';
import type { Role } from '@restartix/contracts';
import { Database, UnitOfWork } from '../src';

interface Urls {
  databaseUrl: string;
  systemUrl: string;
  superuserUrl: string;
}

/** Rows of `specialists` per organization: a tenant table that every member may read. */
export const SPECIALISTS = { 1: 3, 2: 5 } as const;

const SEED = `
  insert into organizations (id, slug, name) values (1, 'carpathia', 'Carpathia'), (2, 'danube', 'Danube');
  insert into specialists (organization_id, id, name)
    select 1, gen_random_uuid(), 'sealed' from generate_series(1, ${SPECIALISTS[1]})
    union all select 2, gen_random_uuid(), 'sealed' from generate_series(1, ${SPECIALISTS[2]});
  truncate audit_outbox;`;

/** Two organizations in a migrated database, and the units of work on it. */
export class TwoOrganizations {
  readonly requests: Database;
  readonly system: Database;
  readonly superuser: Database;
  readonly uow: UnitOfWork;

  constructor(urls: Urls, connections = 4) {
    const open = (url: string, applicationName: string, max: number) =>
      new Database({ url, applicationName, max });
    this.requests = open(urls.databaseUrl, 'spec requests', connections);
    this.system = open(urls.systemUrl, 'spec system', 2);
    this.superuser = open(urls.superuserUrl, 'spec superuser', 2);
    this.uow = new UnitOfWork(this.requests, this.system);
  }

  async open(): Promise<this> {
    await Promise.all([this.requests.connect(), this.system.connect(), this.superuser.connect()]);
    await this.superuser.query(SEED);
    return this;
  }

  async close(): Promise<void> {
    await Promise.all([this.requests.close(), this.system.close(), this.superuser.close()]);
  }

  /** Runs work in the context of a member of an organization. */
  as<T>(
    organizationId: number | null,
    role: Role,
    work: () => Promise<T>,
    more: Partial<Actor> = {},
  ): Promise<T> {
    const actor: Actor = { userId: randomUUID(), role, emailEnvelope: null, sessionId: null, ...more };
    return runInContext(createContext({ requestId: randomUUID(), actor, organizationId }), work);
  }

  /** Everything there is, past row-level security. */
  all<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]> {
    return this.superuser.query<R>(text, values);
  }
}
