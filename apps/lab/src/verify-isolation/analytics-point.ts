import type { Tree } from '../packaging/packaging.service';
import type { Point, Statement } from './point';

/** What may stand in ClickHouse, and why it names nobody. A column that is not here fails the point. */
const COLUMNS: Readonly<Record<string, string>> = {
  organization_id: 'the organization',
  day: 'UTC day',
  name: 'name of the event: words without digits',
  event_id: 'random, of the event',
  occurred_at: 'time',
  received_at: 'time',
  properties: 'scrubbed values',
  actor_hash: 'keyed hash under a key of the quarter that is destroyed',
  ip_truncated: 'network, /24 or /48',
  country: 'of the network',
  region: 'of the network',
  device_class: 'phone, tablet, desktop …',
  consent_level: 'the level that allowed the row',
  policy_version: 'of the consent',
  applied_at: 'of a migration',
};

/** Point 11. */
export const ANALYTICS_POINT: Point = {
  number: 11,
  requirement: 'B029',
  claim: 'ClickHouse holds hashed actors and nothing personal',
  built: true,
  look: (tree) => [columnsAreKnown(tree), onlyPseudonymisedRowsAreWritten(tree)],
  proofs: [
    {
      spec: 'apps/telemetry-api/test/analytics.spec.ts',
      title: 'is stored with what is known of it and nothing of who it is',
    },
    { spec: 'apps/telemetry-api/test/analytics.spec.ts', title: 'whatever clients put into properties' },
    {
      spec: 'apps/core-api/test/analytics.e2e.spec.ts',
      title: 'of a consenting patient lands pseudonymised, and is counted for the own organization only',
    },
  ],
};

interface Column {
  file: string;
  table: string;
  name: string;
}

function columnsAreKnown(tree: Tree): Statement {
  const columns = readColumns(tree);
  const tables = [...new Set(columns.map(({ table }) => table))].join(', ');
  const faults = columns
    .filter(({ name }) => !(name in COLUMNS))
    .map(({ file, table, name }) => `${file}: nobody has said why ${table}.${name} is not personal`);
  return {
    says: `Each of ${columns.length} columns (${tables}) is known to name nobody`,
    faults: columns.length > 0 ? faults : ['there is no table to look at'],
  };
}

function readColumns(tree: Tree): Column[] {
  const files = tree.files('migrations/clickhouse').filter((path) => path.endsWith('.sql'));
  return files.flatMap((file) => {
    const text = tree.text(file).replace(/--.*$/gm, '');
    const created = [...text.matchAll(/create table if not exists (\w+)\s*\(([^]*?)\n\)/gi)];
    const added = [...text.matchAll(/alter table (\w+)\s+add column (?:if not exists )?(\w+)/gi)];
    return [
      ...created.flatMap(([, table = '', body = '']) =>
        [...body.matchAll(/^\s*`?(\w+)`?\s+\w/gm)]
          .map(([, name = '']) => ({ file, table, name }))
          .filter(({ name }) => !/^(index|projection|constraint)$/i.test(name)),
      ),
      ...added.map(([, table = '', name = '']) => ({ file, table, name })),
    ];
  });
}

/** One place writes to ClickHouse, and what it takes has an actor only as a hash. */
function onlyPseudonymisedRowsAreWritten(tree: Tree): Statement {
  const writers = tree
    .files('apps/telemetry-api/src')
    .filter((path) => /\.ts$/.test(path) && !path.endsWith('.spec.ts'))
    .filter((path) => /\bclickhouse\.insert\(/.test(tree.text(path)));
  const strays = writers.filter((path) => !path.endsWith('.repository.ts'));
  const rows = tree.files('apps/telemetry-api/src').filter((path) => path.endsWith('.row.ts'));
  const named = rows
    .filter((path) => writers.some((writer) => dirname(writer) === dirname(path)))
    .flatMap((path) =>
      [...tree.text(path).matchAll(/^ {2}(\w+)\??:/gm)]
        .map(([, field = '']) => field)
        .filter((field) => !(field in COLUMNS))
        .map((field) => `${path}: ${field} is no known column`),
    );
  return {
    says: 'Repositories alone write to it, and the rows they take have no field beyond those',
    faults: [...strays.map((path) => `${path} writes to ClickHouse`), ...named],
  };
}

const dirname = (path: string): string => path.slice(0, path.lastIndexOf('/'));
