import { createClient } from '@clickhouse/client';
import type { Database } from '@restartix/database';
import { startPlatform, type Platform } from '@restartix/testing';
import Redis from 'ioredis';
import { fetchDocument } from '../src/fuzz/document';
import { Driver } from '../src/redaction/driver';
import {
  whileAColumnIsGone,
  whilePatientsAreLocked,
  whilePatientsAreRefused,
  whileTelemetryIsAway,
} from '../src/redaction/failures';
import { Marks } from '../src/redaction/marks';
import { scan } from '../src/redaction/scan';
import { readClickhouse, readLog, readRedis, readTables, type Piece } from '../src/redaction/stores';
import { eventually } from './redaction/eventually';
import { isTakenOnce, readyRequests, USES } from './redaction/ready';

/** Where what is about no person may stand plain: its row, its change on the way and in the trail. */
const PUBLIC =
  /^(public\.(organizations|clinics|consent_texts|specialties|appointment_types|specialists|api_keys|audit_outbox|audit_dead_letters)|audit\.audit_logs\w*)$/;

/** Marked data of patients, through every route that takes any, well and badly; then every store and log is read. */
describe('the data of patients', () => {
  const marks = { person: new Marks(), organization: new Marks() };
  let platform: Platform;
  let driver: Driver;
  let main: Database;
  let telemetry: Database;
  /** As they were while telemetry-api was away: jobs waiting, the outbox full. */
  let waiting: { redis: Piece[]; main: Piece[] };

  beforeAll(async () => {
    const loud = { LOG_LEVEL: 'debug' };
    platform = await startPlatform({
      appointments: USES,
      environment: { coreApi: { ...loud, DB_STATEMENT_TIMEOUT_MS: '1000' }, telemetryApi: loud },
    });
    [main, telemetry] = await Promise.all([platform.superuser('main'), platform.superuser('telemetry')]);
    driver = new Driver(platform, await fetchDocument(platform.coreApi), marks);
    const ready = await readyRequests(platform);
    await driver.follow(ready); // first: the rest uses up what this needs
    await driver.meet();
    await driver.repeat();
    await driver.fail();
    await whileTelemetryIsAway(platform, async () => {
      await driver.succeed();
      await driver.follow(ready);
      waiting = { redis: await readRedis(platform.urls.redisUrl), main: await readTables(main) };
    });
    await whilePatientsAreRefused(platform, () => driver.succeed());
    await whileAColumnIsGone(platform, () => driver.succeed());
    await whilePatientsAreLocked(platform, () => driver.touch());
    await driver.follow(ready, ['PUT /v1/me/analytics-consent']); // they withdrew it with a mark that fitted
    await driver.succeed(['POST /v1/telemetry/events']);
    await eventually(
      () => main.query<{ depth: number }>('select count(*)::int as depth from audit_outbox'),
      ([row]) => row?.depth === 0,
    );
    await eventually(
      () => readClickhouse(platform.urls.clickhouseUrl),
      (rows) => rows.some(({ where }) => where === 'analytics_events'),
    );
  }, 600_000);

  afterAll(async () => {
    driver?.close();
    await Promise.allSettled([main?.close(), telemetry?.close()]);
    await platform?.stop();
  });

  it('reached every route that takes a body, but those that take what is good once', () => {
    const once = driver.operations.filter(isTakenOnce).map(({ route }) => route);
    expect(driver.unreached.filter((route) => !once.includes(route))).toEqual([]);
  });

  it('met refusals and failures of every kind', () => {
    const statuses = new Set([...driver.answers.keys()].map((key) => key.split(' ').at(-1)));
    expect([...statuses].sort()).toEqual(
      expect.arrayContaining(['400', '401', '403', '404', '412', '500', '503']),
    );
  });

  it('is repeated by no refusal', () => {
    const pieces = driver.refusals.map((text) => ({ where: 'a refusal', text }));
    expect(scan(pieces, marks.person).slice(0, 5)).toEqual([]);
  });

  it('is in no key, value or waiting job of Redis', async () => {
    const pieces = [...waiting.redis, ...(await readRedis(platform.urls.redisUrl))];
    expect(waiting.redis.some(({ text }) => text.includes('sealed'))).toBe(true);
    expect(scan(pieces, marks.person)).toEqual([]);
    expect(scan(pieces, marks.organization)).toEqual([]);
  });

  it('stands plain in no table of the main database', async () => {
    const pieces = [...waiting.main, ...(await readTables(main))];
    expect(waiting.main.some(({ where }) => where === 'public.audit_outbox')).toBe(true);
    expect(scan(pieces, marks.person).slice(0, 5)).toEqual([]);
    expect(scan(pieces, marks.organization).filter(({ where }) => !PUBLIC.test(where))).toEqual([]);
  });

  it('stands plain in no table of the telemetry database', async () => {
    const pieces = await readTables(telemetry);
    expect(pieces.some(({ where }) => /^audit\.audit_logs/.test(where))).toBe(true);
    expect(scan(pieces, marks.person).slice(0, 5)).toEqual([]);
    expect(scan(pieces, marks.organization).filter(({ where }) => !PUBLIC.test(where))).toEqual([]);
  });

  it('is in no row of ClickHouse', async () => {
    const pieces = await readClickhouse(platform.urls.clickhouseUrl);
    expect(scan(pieces, marks.person).slice(0, 5)).toEqual([]);
    expect(scan(pieces, marks.organization)).toEqual([]);
  });

  describe('would be found', () => {
    const { person } = marks;

    it.each(['as it is', 'in upper case', 'in base64', 'in hexadecimal'])('in a text, %s', (form) => {
      const text = `before ${person.email()} after`;
      const forms: Record<string, string> = {
        'as it is': text,
        'in upper case': text.toUpperCase(),
        'in base64': Buffer.from(text).toString('base64url'),
        'in hexadecimal': Buffer.from(text).toString('hex'),
      };
      expect(person.findIn(forms[form]!)).not.toEqual([]);
      expect(new Marks().findIn(forms[form]!)).toEqual([]);
    });

    it.each(['a text', 'an e-mail', 'a phone number', 'a day'])('as %s', (kind) => {
      const made: Record<string, string> = {
        'a text': person.text(),
        'an e-mail': person.email(),
        'a phone number': person.phone(),
        'a day': person.day(),
      };
      expect(person.findIn(JSON.stringify({ a: [made[kind]] }))).not.toEqual([]);
    });

    it('in a key and in every type of value of Redis', async () => {
      const client = new Redis(platform.urls.redisUrl);
      const key = (name: string) => `${platform.urls.redisPrefix}planted:${name}`;
      await client.set(key(person.phone()), 'x', 'EX', 60);
      await client.set(key('string'), person.text(), 'EX', 60);
      await client.hset(key('hash'), 'field', person.text());
      await client.rpush(key('list'), person.text());
      await client.sadd(key('set'), person.text());
      await client.zadd(key('zset'), 1, person.text());
      await client.xadd(key('stream'), '*', 'field', person.text());
      const found = scan(await readRedis(platform.urls.redisUrl), person);
      const planted = await client.keys(key('*'));
      await client.unlink(planted);
      client.disconnect();
      expect(found).toHaveLength(7);
      expect(planted).toHaveLength(7);
    });

    it.each(['main', 'telemetry'] as const)('in a table of the %s database', async (name) => {
      const database = name === 'main' ? main : telemetry;
      await database.query('create table planted (note jsonb)');
      await database.query('insert into planted select jsonb_build_object($1::text, 1)', [person.text()]);
      const found = scan(await readTables(database), person);
      await database.query('drop table planted');
      expect(found.filter(({ where }) => where === 'public.planted')).toHaveLength(1);
    });

    it('in a row of ClickHouse', async () => {
      const client = createClient({ url: platform.urls.clickhouseUrl });
      const day = new Date().toISOString().slice(0, 10); // a row without a day is past its time at once
      const row = { organization_id: 1, day, name: 'planted', properties: { note: person.text() } };
      await client.insert({ table: 'analytics_events', values: [row], format: 'JSONEachRow' });
      const found = scan(await readClickhouse(platform.urls.clickhouseUrl), person);
      await client.command({ query: 'truncate table analytics_events' });
      await client.close();
      expect(found).toContainEqual({ where: 'analytics_events', around: expect.any(String) as string });
    });
  });

  describe('once the services have written their last line', () => {
    let lines: Piece[];
    const planted = () => marks.person.text(12);

    beforeAll(async () => {
      await fetch(`${platform.coreApi}/v1/me`, { headers: { 'x-request-id': `planted-${planted()}` } });
      await platform.kill('coreApi', 'SIGTERM');
      await platform.kill('telemetryApi', 'SIGTERM');
      const services = ['coreApi', 'telemetryApi'] as const;
      lines = services.flatMap((service) => readLog(service, platform.logs(service)));
    });

    it('is in no line of a log, at the level debug', () => {
      expect(lines.some(({ text }) => text.includes('"level":"debug"'))).toBe(true);
      const unplanted = lines.filter(({ text }) => !text.includes('planted-'));
      expect(scan(unplanted, marks.person).slice(0, 5)).toEqual([]);
      expect(scan(unplanted, marks.organization).slice(0, 5)).toEqual([]);
    });

    it('would be found in a line of a log', () => {
      expect(scan(lines, marks.person)).not.toEqual([]);
    });
  });
});
