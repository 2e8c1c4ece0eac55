import { ReaderDatabase, WriterDatabase } from '../src/platform/telemetry-databases';
import { auditEvent, ingest } from './events';
import { Telemetry } from './telemetry';

let telemetry: Telemetry;
beforeAll(async () => (telemetry = await Telemetry.create()));
afterAll(() => telemetry.stop());

const search = { filters: {}, page_size: 10, before: null, reveal_identity: false };
const whoAmI = `select current_user::text as name, (select rolsuper from pg_roles where rolname = current_user) as super`;

it.each<[string, () => string]>([
  ['the writer', () => telemetry.databases.telemetry.writerUrl],
  ['even a superuser', () => telemetry.databases.telemetry.superuserUrl],
])('with one URL, of %s, it works under the narrow roles', async (_, url) => {
  const instance = await telemetry.start({
    TELEMETRY_DATABASE_URL: url(),
    TELEMETRY_DATABASE_READER_URL: '',
    TELEMETRY_DATABASE_MAINTAINER_URL: '',
  });
  const [{ status } = { status: '' }] = await ingest(instance, [auditEvent({ organization_id: 2 })]);
  expect(status).toBe('stored');
  const ask = (organization_id: number) =>
    instance.channel.post<{ entries: unknown[] }>('/internal/v1/audit-logs/search', {
      ...search,
      organization_id,
    });
  expect((await ask(2)).entries.length).toBeGreaterThan(0);
  expect((await ask(1)).entries).toEqual([]);
  const databases = [
    ['telemetry_writer', WriterDatabase],
    ['telemetry_reader', ReaderDatabase],
  ] as const;
  for (const [name, database] of databases) {
    const rows = await instance.app.get<WriterDatabase>(database, { strict: false }).query(whoAmI);
    expect(rows).toEqual([{ name, super: false }]);
  }
});
