import { createClient, type ClickHouseClient } from '@clickhouse/client';
import type { Patient, StartedExerciseSession } from '@restartix/contracts';
import { findIdentifiers, startPlatform, type Platform } from '@restartix/testing';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { Caller, caller, eventually } from './api';

const ROWS = 1000;
const TABLES = [
  'analytics_events',
  'error_events',
  'media_sessions',
  'media_buffering_events',
  'pose_frames',
] as const;
const WORDS = ['name', 'screen', 'exercise', 'sets', 'note', 'code', 'component', 'app_version'];

describe('what clients hand in at random', () => {
  let platform: Platform;
  let clickhouse: ClickHouseClient;
  /** Whatever stands for the people of both organizations. */
  const known: string[] = [];
  let nasty: string[];
  let next = 0;
  const value = () => nasty[(next += 1) % nasty.length]!;

  beforeAll(async () => {
    platform = await startPlatform();
    clickhouse = createClient({ url: platform.urls.clickhouseUrl });
    for (const { tokens, users, subjects, emails } of platform.organizations) {
      const answer = await caller(platform, tokens.specialist).get('/v1/patients?page_size=10');
      for (const { id, first_name, last_name, email, phone } of answer.body.data as Patient[])
        known.push(id, `${first_name} ${last_name}`, email ?? '', phone ?? '');
      known.push(...Object.values(users), ...Object.values(subjects), ...Object.values(emails));
    }
    known.splice(0, known.length, ...new Set(known.filter(({ length }) => length > 0)));
    nasty = fc.sample(
      fc.oneof(
        fc.constantFrom(...known),
        fc.constantFrom(...known).map((word) => `about ${word.toUpperCase()} today`),
        fc.emailAddress(),
        fc.ipV4(),
        fc.ipV6(),
        fc.uuid(),
        fc.stringMatching(/^\+?[0-9]{9,13}$/),
      ),
      { numRuns: 3000, seed: 6 },
    );
  }, 120_000);
  afterAll(async () => {
    await clickhouse?.close();
    await platform?.stop();
  });

  const rows = async (table: string): Promise<object[]> =>
    (await clickhouse.query({ query: `select * from ${table} final`, format: 'JSONEachRow' })).json<object>();

  it('leaves a thousand rows of each table and no line of a log that stand for anybody', async () => {
    const timestamp = new Date().toISOString();
    /** A right item, and every third time one with something in it that does not belong there. */
    const items = (count: number, right: (index: number) => object, field: () => object) =>
      Array.from({ length: count }, (_, index) => ({ ...right(index), ...(index % 3 === 2 ? field() : {}) }));
    const properties = () => ({
      screen: value(),
      exercise: value(),
      sets: value(),
      [WORDS[(next += 1) % 4]!]: value(),
    });
    for (let round = 0; round < 4; round += 1) {
      const { slug, id, identityOrganization } = platform.organizations[round % 2]!;
      const subject = `user_${slug}_patient_${round < 2 ? 1 : 3}`;
      const organization = { id: identityOrganization, slug, role: 'patient' };
      const patient = caller(platform, platform.token({ subject, organization }));
      const begun = await patient.post('/v1/exercise-sessions', {}).expect(201);
      const session = (begun.body as { data: StartedExerciseSession }).data;
      const door = new Caller(platform.coreApi, session.telemetry.token);
      const own = { organization_id: id, session_id: session.id };
      const send = async (by: Caller, path: string, body: object) => {
        const address = round % 2 ? `198.51.100.${100 + round}` : `2001:db8:7:${round}:1:2:3:4`;
        await by
          .post(`/v1/telemetry/${path}`, body)
          .set('x-forwarded-for', address)
          .set('user-agent', `${value()} Chrome/141.0`.replace(/[^\x20-\x7e]/g, ''))
          .expect(202);
      };
      for (let part = 0; part < 5; part += 1) {
        await send(patient, 'events', {
          events: items(
            100,
            () => ({ name: 'screen.opened', timestamp, properties: properties() }),
            () => (part % 2 ? { name: value() } : { properties: { [value()]: 1 } }),
          ),
        });
        await send(patient, 'errors', {
          errors: items(
            100,
            () => ({ kind: 'app', code: 'AppFault', timestamp }),
            () => ({ [WORDS[5 + (part % 3)]!]: `${value()} ` }),
          ),
        });
        await send(door, 'media/events', {
          ...own,
          events: items(
            100,
            (stall) => ({ event: 'buffering_end', media_id: uuidv7(), timestamp, data: { stall } }),
            () => ({ data: { code: value(), initial_resolution: value() } }),
          ),
        });
      }
      for (let part = 0; part < 40; part += 1)
        await send(door, 'pose/frames', {
          ...own,
          batches: items(
            10,
            (index) => ({
              batch_seq: part * 10 + index,
              started_at: timestamp,
              landmark_count: 1,
              value_count: 1,
              frames: [{ offset_ms: 0, landmarks: [Math.fround(index / 7)] }],
            }),
            () => ({ started_at: value() }),
          ),
        });
    }
    for (const table of TABLES) {
      const stored = await eventually(
        () => rows(table),
        ({ length }) => length >= ROWS,
        60_000,
      );
      expect([table, findIdentifiers(stored, known).slice(0, 3)]).toEqual([table, []]);
      const planted = { ...stored[0], device_class: known[1] };
      expect(findIdentifiers([planted], known)).not.toEqual([]);
    }
    for (const service of ['coreApi', 'telemetryApi'] as const) {
      const log = platform.logs(service).toLowerCase();
      expect(log).toContain('request');
      for (const word of [...known, ...nasty].filter(({ length }) => length > 8))
        expect([service, word, log.includes(word.toLowerCase())]).toEqual([service, word, false]);
    }
  }, 180_000);
});
