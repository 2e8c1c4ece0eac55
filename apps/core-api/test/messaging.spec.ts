import { createContext, runInContext } from '@restartix/context';
import { loadConfig } from '@restartix/config';
import { Database, UnitOfWork } from '@restartix/database';
import type { KeyRing } from '@restartix/keys';
import { createLogger } from '@restartix/logging';
import {
  createTestDatabases,
  developmentKeys,
  serviceEnvironment,
  type TestDatabases,
} from '@restartix/testing';
import { CORE_VARIABLES, type CoreConfig } from '../src/core.config';
import { LogMessagingAdapter } from '../src/outreach/messaging/log.adapter';
import { MessageDispatcher } from '../src/outreach/messaging/message-dispatcher';
import { MessagingPort, type OutgoingMessage } from '../src/outreach/messaging/messaging.port';
import { MessagingRepository } from '../src/outreach/messaging/messaging.repository';
import { MessagingService, type NewMessage } from '../src/outreach/messaging/messaging.service';
import { createKeyRing } from '../src/platform/key-ring.factory';
import { eventually } from './api';

const USER = (organization: number) => `00000000-0000-7000-8000-00000000000${organization}`;
const REMINDER: Omit<NewMessage<'appointment.reminder'>, 'recipient'> = {
  template: 'appointment.reminder',
  channel: 'sms',
  data: { appointment_id: 'planted-in-the-data' },
  dedupeKey: 'reminder:1',
};

/** A vendor that keeps what it was given, and refuses the first attempts of a message that says so. */
class RecordingPort extends MessagingPort {
  readonly sent: OutgoingMessage[] = [];
  refusals = 0;

  send(message: OutgoingMessage): Promise<void> {
    if (this.refusals > 0) {
      this.refusals -= 1;
      return Promise.reject(new Error('The vendor is away'));
    }
    this.sent.push(message);
    return Promise.resolve();
  }
}

describe('messages', () => {
  let databases: TestDatabases;
  let requests: Database;
  let system: Database;
  let superuser: Database;
  let uow: UnitOfWork;
  let keys: KeyRing;
  let config: CoreConfig;
  let messages: MessagingService;
  const port = new RecordingPort();
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    format: 'json',
    service: 'spec',
    destination: { write: (line: string) => void lines.push(line) },
  });
  let dispatchers: MessageDispatcher[];

  beforeAll(async () => {
    databases = await createTestDatabases();
    const open = (url: string) => new Database({ url, applicationName: 'spec', max: 4 });
    [requests, system, superuser] = [databases.databaseUrl, databases.systemUrl, databases.superuserUrl].map(
      open,
    ) as [Database, Database, Database];
    await Promise.all([requests.connect(), system.connect(), superuser.connect()]);
    for (const id of [1, 2]) {
      await superuser.query('insert into organizations (id, slug, name) values ($1, $2, $2)', [id, `c${id}`]);
      await superuser.query('insert into users (id) values ($1)', [USER(id)]);
    }
    uow = new UnitOfWork(requests, system);
    const environment = serviceEnvironment(databases, developmentKeys(), {
      coreApiPort: 0,
      telemetryApiPort: 0,
    });
    config = loadConfig(CORE_VARIABLES, environment.coreApi);
    keys = createKeyRing(config, uow);
    const repository = new MessagingRepository(uow);
    messages = new MessagingService(uow, repository, keys);
    dispatchers = [0, 1].map(() => new MessageDispatcher(uow, repository, port, keys, logger, config));
    for (const dispatcher of dispatchers) dispatcher.onApplicationBootstrap();
  }, 120_000);

  afterAll(async () => {
    await Promise.all(dispatchers?.map((dispatcher) => dispatcher.beforeApplicationShutdown()) ?? []);
    await Promise.all([requests, system, superuser].map((database) => database?.close()));
    await databases?.drop();
  });

  const as = <T>(organizationId: number, work: () => Promise<T>) => {
    const actor = {
      userId: USER(organizationId),
      role: 'assistant' as const,
      emailEnvelope: null,
      sessionId: null,
    };
    return runInContext(createContext({ requestId: 'spec', actor, organizationId }), work);
  };
  const enqueue = (organization: number, more: Partial<NewMessage<'appointment.reminder'>> = {}) =>
    as(organization, () =>
      messages.enqueue({ ...REMINDER, recipient: { userId: USER(organization) }, ...more }),
    );
  const rows = (key: string) =>
    superuser.query<{ id: string; organization_id: number; status: string; data: string }>(
      'select id, organization_id, status, data from messages where dedupe_key = $1 order by organization_id',
      [key],
    );
  const isSent = (key: string, count: number) =>
    eventually(
      () => rows(key),
      (found) => found.filter(({ status }) => status === 'sent').length === count,
    );

  it('are sent once each by two dispatchers, to the right organization, opened only by who carries them', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => enqueue((n % 2) + 1, { dedupeKey: `many:${n}` })));
    await eventually(
      () => superuser.query('select 1 from message_dispatches'),
      (waiting) => waiting.length === 0,
    );
    const many = port.sent.splice(0);
    expect(many).toHaveLength(40);
    expect(new Set(many.map(({ id }) => id)).size).toBe(40);
    for (const message of many) {
      expect(message.recipient).toEqual({ userId: USER(message.organizationId) });
      expect(await message.open()).toEqual(REMINDER.data);
    }
  });

  it('are written once per organization and key, however often they are asked for', async () => {
    await Promise.all([enqueue(1), enqueue(1), enqueue(2)]);
    await enqueue(1);
    const sent = await isSent('reminder:1', 2);
    expect(sent.map(({ organization_id }) => organization_id)).toEqual([1, 2]);
    expect(JSON.stringify(sent)).not.toContain('planted');
    expect(port.sent.splice(0)).toHaveLength(2);
  });

  it('are part of the unit that causes them', async () => {
    const failing = as(1, () =>
      uow.run(async () => {
        await messages.enqueue({ ...REMINDER, recipient: { userId: USER(1) }, dedupeKey: 'undone' });
        throw new Error('undone');
      }),
    );
    await expect(failing).rejects.toThrow('undone');
    expect(await rows('undone')).toEqual([]);
  });

  it('wait for their time, and are tried again under the same id when the vendor refuses', async () => {
    await enqueue(1, { dedupeKey: 'later', notBefore: new Date(Date.now() + 3_600_000) });
    port.refusals = 1;
    await enqueue(1, { dedupeKey: 'refused' });
    const [refused] = await isSent('refused', 1);
    expect(port.sent.map(({ id }) => id)).toEqual([refused!.id]);
    expect(await rows('later')).toMatchObject([{ status: 'waiting' }]);
  });

  it('refuse another recipient organization, missing fields, and a caller without an organization', async () => {
    const patientId = '00000000-0000-7000-8000-000000000009';
    await expect(enqueue(1, { recipient: { patientId }, dedupeKey: 'x' })).rejects.toThrow();
    await expect(enqueue(1, { data: {} as never })).rejects.toThrow('needs appointment_id');
    const nobody = runInContext(createContext({ requestId: 'spec' }), () =>
      messages.enqueue({ ...REMINDER, recipient: { userId: USER(1) } }),
    );
    await expect(nobody).rejects.toMatchObject({ code: 'organization_required' });
  });

  it('leave which and how in the log, and nothing of whom or what', async () => {
    await new LogMessagingAdapter(logger).send({
      id: 'id-1',
      organizationId: 1,
      channel: 'sms',
      template: 'step_up.code',
      recipient: { userId: 'planted-user' },
      open: () => Promise.reject(new Error('opened')),
    });
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ message_id: 'id-1', template: 'step_up.code' });
    expect(lines.join()).not.toContain('planted');
  });
});
