import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createContext, currentContext, runInContext } from '@restartix/context';
import { startRedis, workspaceRoot, type Running } from '@restartix/embedded';
import Redis from 'ioredis';
import {
  HandlesJob,
  JobProducer,
  QueueModule,
  type JobDefinition,
  type JobHandler,
  type QueueOptions,
} from '.';

interface Note {
  id: string;
}

const definition = (name: string): JobDefinition<Note> => ({
  queue: 'notes',
  name,
  isPayload: (value): value is Note => typeof (value as Note | null)?.id === 'string',
  attempts: 3,
  backoff: { firstMs: 1, longestMs: 5 },
});
const NOTE = definition('note.write');

const done: { id: string; requestId?: string; organizationId?: number | null }[] = [];
let failures = 0;
let attempts = 0;
let givenUp = 0;
let gate: Promise<void> = Promise.resolve();

@HandlesJob(NOTE)
class NoteHandler implements JobHandler<Note> {
  async handle({ id }: Note): Promise<void> {
    attempts++;
    await gate;
    if (failures > 0) {
      failures--;
      throw new Error('not now');
    }
    const { requestId, organizationId } = currentContext() ?? {};
    done.push({ id, requestId, organizationId });
  }

  givenUp(): void {
    givenUp += 1;
  }
}

@HandlesJob(NOTE)
class SecondHandler extends NoteHandler {}

@HandlesJob(definition('note.strange'))
class StrangeHandler extends NoteHandler {}

const dir = mkdtempSync(join(tmpdir(), 'queue-'));
const redisOptions = {
  dir,
  name: 'redis',
  password: 'p',
  cache: join(workspaceRoot(), '.lab/cache'),
  durable: true,
};
let server: Running;
let app: INestApplicationContext | undefined;

async function start(options: Partial<QueueOptions> = {}, handlers: Type<unknown>[] = [NoteHandler]) {
  @Module({
    imports: [
      QueueModule.register({
        url: server.url,
        prefix: 'test:',
        jobs: [NOTE],
        work: true,
        queues: { notes: { limit: 1000, concurrency: 5 } },
        ...options,
      }),
    ],
    providers: handlers,
  })
  class TestModule {}
  app = await NestFactory.createApplicationContext(TestModule, { logger: false, abortOnError: false });
  const producer = app.get(JobProducer, { strict: false });
  const add = (id: string, requestId = 'request-1', organizationId: number | null = 1) =>
    runInContext(createContext({ requestId, organizationId }), () => producer.add(NOTE, { id }));
  return { producer, add };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function inRedis<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(server.url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** A producer connects in the background: the first jobs are refused until it has. */
async function addOnceConnected(add: (id: string) => Promise<void>, id: string): Promise<void> {
  await until(() =>
    add(id).then(
      () => true,
      () => false,
    ),
  );
}

beforeAll(async () => {
  server = await startRedis(redisOptions);
});
beforeEach(async () => {
  done.length = 0;
  failures = 0;
  attempts = 0;
  givenUp = 0;
  gate = Promise.resolve();
  await inRedis((redis) => redis.flushall());
});
afterEach(async () => {
  await app?.close();
  app = undefined;
});
afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('queue', () => {
  it('hands each job to its handler, in the context it was made in', async () => {
    const { add } = await start();
    await addOnceConnected((id) => add(id, 'request-a', 1), 'a');
    await add('b', 'request-b', 2);
    await until(() => done.length === 2);
    expect(done).toEqual(
      expect.arrayContaining([
        { id: 'a', requestId: 'request-a', organizationId: 1 },
        { id: 'b', requestId: 'request-b', organizationId: 2 },
      ]),
    );
  });

  it('keeps nothing of finished jobs, and puts the prefix before every key', async () => {
    const { add, producer } = await start();
    await addOnceConnected(add, 'a');
    await until(async () => done.length === 1 && (await producer.depth('notes')) === 0);
    const keys = await inRedis((redis) => redis.keys('*'));
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(key).toMatch(/^test:queue:notes:/);
    expect(keys).not.toContain('test:queue:notes:1');
    expect(keys).not.toContain('test:queue:notes:completed');
  });

  it('tries again what failed, and gives up after the last attempt', async () => {
    const { add } = await start();
    failures = 2;
    await addOnceConnected(add, 'mended');
    await until(() => done.length === 1);
    expect(attempts).toBe(3);
    failures = 100;
    await add('hopeless');
    await until(() => inRedis(async (redis) => (await redis.zcard('test:queue:notes:failed')) === 1));
    expect(attempts).toBe(6);
    await until(() => givenUp > 0);
    expect(givenUp).toBe(1);
  });

  it('does not retry a job that carries something else', async () => {
    await start();
    await inRedis(async (redis) => {
      const { Queue } = await import('bullmq');
      const queue = new Queue('notes', { connection: { url: server.url }, prefix: 'test:queue' });
      await queue.add(NOTE.name, { context: { request_id: 'r' }, payload: { wrong: 1 } }, { attempts: 5 });
      await queue.close();
      await until(async () => (await redis.zcard('test:queue:notes:failed')) === 1);
    });
    expect(attempts).toBe(0);
  });

  it('refuses a payload of another kind before it is stored', async () => {
    const { producer } = await start();
    const wrong = { id: 7 } as unknown as Note;
    await expect(
      runInContext(createContext({ requestId: 'r' }), () => producer.add(NOTE, wrong)),
    ).rejects.toThrow('The payload is no note.write');
  });

  it('refuses what does not fit into a full queue', async () => {
    const { add } = await start({ work: false, queues: { notes: { limit: 3, concurrency: 1 } } });
    await addOnceConnected(add, '1');
    await add('2');
    await add('3');
    await expect(add('4')).rejects.toMatchObject({ code: 'rate_limited', headers: { 'Retry-After': '5' } });
    await inRedis((redis) => redis.flushall());
    await add('5');
  });

  it('holds to its limit when many knock at once, whatever the age of the count', async () => {
    const LIMIT = 20;
    const { add, producer } = await start({
      work: false,
      queues: { notes: { limit: LIMIT, concurrency: 1 } },
    });
    await addOnceConnected(add, 'first');
    for (let round = 0; round < 3; round += 1) {
      const many = Array.from({ length: 50 }, (_, index) => add(`${round}-${index}`));
      await Promise.allSettled(many);
      expect(await producer.depth('notes')).toBe(LIMIT);
    }
  });
});

describe('start', () => {
  it('fails for a kind of job without a handler, with two, or undeclared, and names all', async () => {
    await expect(start({}, [])).rejects.toThrow('note.write has no handler');
    await expect(start({}, [NoteHandler, SecondHandler])).rejects.toThrow('note.write has two handlers');
    await expect(start({}, [StrangeHandler])).rejects.toThrow(
      /note\.strange has a handler but is not declared; note\.write has no handler/,
    );
  });

  it('needs no handler in a process that only makes jobs', async () => {
    const { add } = await start({ work: false }, []);
    await addOnceConnected(add, 'a');
  });

  it('works without Redis configured, and refuses jobs', async () => {
    const { add, producer } = await start({ url: undefined });
    await expect(add('a')).rejects.toMatchObject({ code: 'queue_unavailable' });
    expect(await producer.depth('notes')).toBe(0);
  });

  it('works while Redis is away, closes as well, and refuses jobs', async () => {
    const { add } = await start({ url: 'redis://127.0.0.1:1' });
    await expect(add('a')).rejects.toMatchObject({ code: 'queue_unavailable' });
  });
});

describe('while Redis is away', () => {
  it('refuses jobs, and goes on by itself when it is back, with what was stored', async () => {
    const { add } = await start();
    await addOnceConnected(add, 'before');
    await until(() => done.length === 1);
    const { port } = server;
    await server.stop();
    await expect(add('meanwhile')).rejects.toMatchObject({ code: 'queue_unavailable' });
    server = await startRedis({ ...redisOptions, port });
    await addOnceConnected(add, 'after');
    await until(() => done.some(({ id }) => id === 'after'));
    // A job on its way when Redis went may have been refused and stored all the same, but only once.
    const others = done.map(({ id }) => id).filter((id) => id !== 'meanwhile');
    expect(others).toEqual(['before', 'after']);
  });

  it('does not let requests pile up behind a Redis that hangs', async () => {
    const { add } = await start();
    await addOnceConnected(add, 'before');
    server.kill('SIGSTOP');
    try {
      await expect(add('first')).rejects.toMatchObject({ code: 'queue_unavailable' });
      const started = Date.now();
      const refusals = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => add(String(n))));
      expect(refusals.every(({ status }) => status === 'rejected')).toBe(true);
      expect(Date.now() - started).toBeLessThan(900); // none of them waited its second
    } finally {
      server.kill('SIGCONT');
    }
    await addOnceConnected(add, 'after');
    await until(() => done.some(({ id }) => id === 'after'));
  });
});

describe('shutdown', () => {
  it('finishes the job in hand', async () => {
    let letGo = () => {};
    gate = new Promise((resolve) => (letGo = resolve));
    const { add } = await start();
    await addOnceConnected(add, 'slow');
    await until(() => attempts === 1);
    const closing = app?.close();
    letGo();
    await closing;
    app = undefined;
    expect(done).toMatchObject([{ id: 'slow' }]);
  });

  it('does not wait for a Redis that is gone', async () => {
    const { add } = await start();
    await addOnceConnected(add, 'a');
    await until(() => done.length === 1);
    const { port } = server;
    await server.stop();
    await app?.close();
    app = undefined;
    server = await startRedis({ ...redisOptions, port });
  });
});
