import {
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  Patch,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { identify, requireContext } from '@restartix/context';
import type { AuditEvent, Role } from '@restartix/contracts';
import { Database, UnitOfWork, type Statement } from '@restartix/database';
import { DomainError, forbidden, notFound } from '@restartix/errors';
import { createHttpApp, declareAccess, ParseUuid, readAccess } from '@restartix/http';
import { createLogger, PlatformLogger } from '@restartix/logging';
import type { Request } from 'express';
import { Audited, AuditedProblemFilter, AuditModule, AuditSink, AuditTrail } from '../src';

export interface Urls {
  databaseUrl: string;
  systemUrl: string;
  superuserUrl: string;
}

const patientIds = (organization: number, count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => `0000000${organization}-0000-7000-8000-00000000000${index + 1}`,
  );
/** Patients of the two organizations. */
export const PATIENTS = { 1: patientIds(1, 3), 2: patientIds(2, 2) } as const;

export const SECRET_NAME = 'Ionescu';

const SEED = `
  insert into organizations (id, slug, name) values (1, 'carpathia', 'Carpathia'), (2, 'danube', 'Danube');
  ${[...PATIENTS[1], ...PATIENTS[2]]
    .map(
      (id) => `
  insert into patient_persons (id, wrapped_key) values ('${id}', 'x');
  insert into patients (organization_id, id, patient_person_id, first_name, last_name, last_name_index)
    values (${id[7]}, '${id}', '${id}', 'x', '${SECRET_NAME}', 'x');`,
    )
    .join('')}
  truncate audit_outbox;`;

const INSERT = `insert into audit_outbox (organization_id, event)
  select (event ->> 'organization_id')::int, event from jsonb_array_elements($1::jsonb) as event`;

/** Events go to the outbox of the main database, as in core-api. */
@Injectable()
class OutboxSink extends AuditSink {
  constructor(private readonly requests: Database) {
    super();
  }

  statement(events: readonly AuditEvent[]): Statement {
    return { text: INSERT, values: [JSON.stringify(events)] };
  }

  alongside({ text, values }: Statement, event: AuditEvent): Statement {
    return {
      text: `with found as (${text}), recorded as (insert into audit_outbox (organization_id, event)
               select $2::int, $3::jsonb where exists (select from found)) select * from found`,
      values: [...values, event.organization_id, JSON.stringify(event)],
    };
  }

  async existsElsewhere(type: string, id: string): Promise<boolean> {
    const { organizationId } = requireContext();
    const ASK = 'select record_exists_elsewhere($1, $2, $3) as elsewhere';
    const [row] = await this.requests.query<{ elsewhere: boolean }>(ASK, [type, id, organizationId]);
    return row?.elsewhere ?? false;
  }
}

/** Callers name themselves in a header: `<role> <organization> <user id>`. */
@Injectable()
class HeaderGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    if (readAccess(execution.getHandler(), execution.getClass())?.kind === 'public') {
      identify({ userId: null, role: 'anonymous', emailEnvelope: null, sessionId: null }, null);
      return true;
    }
    const header = execution.switchToHttp().getRequest<Request>().headers['x-as'];
    if (typeof header !== 'string') throw new DomainError('unauthenticated');
    if (header === 'stranger') throw new DomainError('not_a_member');
    const [role, organization, userId] = header.split(' ') as [Role, string, string];
    identify({ userId, role, emailEnvelope: 'e1.1.email', sessionId: 's' }, Number(organization));
    return true;
  }
}

const Reads = declareAccess({ kind: 'permission', permission: 'patient:read' });

interface Row {
  id: string;
  last_name: string;
}

@Controller('v1')
class ClinicController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  @Get('patients/:id')
  @Reads
  @Audited(['view patient'], { shows: 'patient' })
  async view(@Param('id', ParseUuid) id: string) {
    const one = { text: 'select id, last_name from patients where id = $1', values: [id] };
    const row = await this.trail.view<Row>(one, { resourceType: 'patient', id, patientId: id });
    if (!row) throw notFound();
    return { data: row };
  }

  @Get('patients')
  @Reads
  @Audited(['search patient'], { each: true, shows: 'patient' })
  search() {
    return this.uow.run(async () => {
      const data = await this.find('order by id');
      this.trail.recordShown(
        'search',
        'patient',
        data.map(({ id }) => ({ id, patientId: id })),
      );
      return { data, meta: {} };
    });
  }

  @Patch('patients/:id')
  @declareAccess({ kind: 'permission', permission: 'patient:update' })
  @Audited(['update patient'], { shows: 'patient' })
  change(@Param('id', ParseUuid) id: string) {
    return this.uow.run(async () => {
      const CHANGE = `update patients set city = 'e1.1.city' where id = $1 returning id, last_name`;
      const [row] = await this.uow.sql.query<Row>(CHANGE, [id]);
      if (!row) throw notFound();
      this.trail.allow('patient', id);
      return { data: row };
    });
  }

  /** Forgets to register what it shows, in the way it is told. */
  @Get('forgetful/:way/:id')
  @Reads
  @Audited(['view patient'], { shows: 'patient' })
  forget(@Param('way') way: string, @Param('id', ParseUuid) id: string) {
    return this.uow.run(async () => {
      const [row] = await this.find('where id = $1', [id]);
      const rows = await this.find('order by id');
      const ways: Record<string, () => unknown> = {
        one: () => ({ data: row }),
        list: () => {
          this.trail.recordShown('search', 'patient', rows.slice(1));
          return { data: rows };
        },
        other: () => {
          this.trail.recordShown('view', 'patient', rows.slice(1));
          return { data: rows[0] };
        },
        type: () => {
          this.trail.recordShown('view', 'specialist', [{ id }]);
          return { data: row };
        },
        nameless: () => ({ data: { last_name: row?.last_name } }),
        bare: () => row,
        bareList: () => rows,
        text: () => JSON.stringify(row),
        otherKey: () => ({ patients: rows, data: undefined }),
      };
      return ways[way]?.();
    });
  }

  @Get('outside')
  @Reads
  outside() {
    this.trail.record({ action: 'view', resourceType: 'patient' });
  }

  @Get('patients/:id/refused')
  @Reads
  refuse() {
    throw forbidden();
  }

  @Get('patients/:id/broken')
  @Reads
  break() {
    throw new Error(`${SECRET_NAME} could not be read`);
  }

  @Get('open')
  @declareAccess({ kind: 'public', reason: 'spec' })
  open() {
    return { data: 'open' };
  }

  private find(where: string, values: unknown[] = []): Promise<Row[]> {
    return this.uow.sql.query<Row>(`select id, last_name from patients ${where}`, values);
  }
}

export interface StoredEvent extends Omit<AuditEvent, 'details'> {
  details: Record<string, unknown>;
}

/** A small application under the captures, on a real main database with two organizations. */
export class ClinicApp {
  readonly requests: Database;
  readonly superuser: Database;
  app: NestExpressApplication;

  constructor(private readonly urls: Urls) {
    this.requests = new Database({ url: urls.databaseUrl, applicationName: 'spec', max: 8 });
    this.superuser = new Database({ url: urls.superuserUrl, applicationName: 'spec observer', max: 2 });
  }

  async open(): Promise<this> {
    await Promise.all([this.requests.connect(), this.superuser.connect()]);
    await this.superuser.query(SEED);
    this.app = await this.start();
    return this;
  }

  /** One instance of the service; several may run. */
  async start(): Promise<NestExpressApplication> {
    const system = new Database({ url: this.urls.systemUrl, applicationName: 'spec', max: 1 });
    const destination = { write: () => undefined };
    const logger = createLogger({ level: 'error', format: 'json', service: 'spec', destination });
    const providers = [
      { provide: UnitOfWork, useValue: new UnitOfWork(this.requests, system) },
      { provide: AuditSink, useValue: new OutboxSink(this.requests) },
      { provide: PlatformLogger, useValue: logger },
    ];
    class Instruments {}
    Module({ providers, exports: providers.map(({ provide }) => provide) })(Instruments);
    class Root {}
    Module({
      imports: [AuditModule.register([Instruments]), Instruments],
      controllers: [ClinicController],
      providers: [{ provide: APP_GUARD, useClass: HeaderGuard }],
    })(Root);
    const app = await createHttpApp({
      module: Root,
      bodyLimitBytes: 10_000,
      trustedProxies: ['127.0.0.1', '::1'],
      corsOrigins: [],
      logger,
      problemFilter: AuditedProblemFilter,
    });
    await app.listen(0, '127.0.0.1');
    return app;
  }

  async close(): Promise<void> {
    await this.app?.close();
    await Promise.all([this.requests.close(), this.superuser.close()]);
  }

  async events(): Promise<StoredEvent[]> {
    const rows = await this.superuser.query<{ organization_id: number; event: StoredEvent }>(
      'select organization_id, event from audit_outbox order by position',
    );
    for (const { organization_id, event } of rows)
      if (event.organization_id !== organization_id)
        throw new Error('An event is filed under another organization');
    return rows.map(({ event }) => event);
  }

  /** Runs work while requests cannot write the outbox. */
  async withoutOutbox<T>(work: () => Promise<T>): Promise<T> {
    await this.superuser.query('revoke insert on audit_outbox from core_app');
    try {
      return await work();
    } finally {
      await this.superuser.query('grant insert on audit_outbox to core_app');
    }
  }
}
