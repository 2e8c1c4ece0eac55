import { PartitionsService } from '../src/retention/partitions.service';
import { Telemetry } from './telemetry';

let telemetry: Telemetry;
beforeAll(async () => (telemetry = await Telemetry.create()));
afterAll(() => telemetry.stop());

const monthly = () =>
  telemetry.sql<{ name: string }>(
    `select relname as name from pg_class where relname ~ '^audit_logs_\\d{4}_\\d{2}$' order by 1`,
  );

/** Names of this month's partition and the next two. */
function wanted(): string[] {
  const now = new Date();
  return [0, 1, 2].map((ahead) => {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1)).toISOString();
    return `audit_logs_${month.slice(0, 7).replace('-', '_')}`;
  });
}

it('makes the missing partitions when the service starts, with several at once, and on every round', async () => {
  if (await telemetry.isHypertable()) return; // it makes its own chunks
  await telemetry.sql(`drop table audit.${wanted()[1]}`);
  const [one] = await Promise.all([telemetry.start(), telemetry.start(), telemetry.start()]);
  expect((await monthly()).map(({ name }) => name)).toEqual(wanted());
  await telemetry.sql(`drop table audit.${wanted()[2]}`);
  await one.app.get(PartitionsService, { strict: false }).round();
  expect((await monthly()).map(({ name }) => name)).toEqual(wanted());
});

it('divides months at midnight UTC, whatever the time zone of the session', async () => {
  if (await telemetry.isHypertable()) return;
  const name = wanted()[2];
  await telemetry.sql(
    `begin; set local timezone = 'Pacific/Auckland'; drop table audit.${name}; select audit.ensure_partitions(2); commit`,
  );
  const [made] = await telemetry.sql<{ bound: string }>(
    `select pg_get_expr(relpartbound, oid) as bound from pg_class where relname = '${name}'`,
  );
  expect(made?.bound).toMatch(
    /^FOR VALUES FROM \('\d{4}-\d\d-01 00:00:00\+00'\) TO \('\d{4}-\d\d-01 00:00:00\+00'\)$/,
  );
});
