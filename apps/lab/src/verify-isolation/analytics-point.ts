import ts from 'typescript';
import type { Tree } from '../packaging/packaging.service';
import type { Point, Statement } from './point';
import { parseSource, walk } from './source';

const becauseTheyAre = (reason: string, names: string[]) =>
  Object.fromEntries(names.map((name) => [name, reason]));

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
  session_id: 'random, of an exercise session or a call: only core-api knows whose',
  media_hash: 'keyed hash, as that of the actor',
  browser_family: 'family without a version',
  connection_type: 'wifi, cellular …',
  app_version: 'of the app',
  landmarks: 'positions of joints without a picture, of those who said yes to it',
  ...becauseTheyAre('a time within the session', [
    ...['started_at', 'ended_at', 'first_event_at', 'last_event_at', 'minute', 'frame_offsets_ms'],
  ]),
  ...becauseTheyAre('a measurement', [
    ...[
      'total_duration_seconds',
      'position_seconds',
      'ttfb_ms',
      'video_load_time_ms',
      'cdn_response_time_ms',
    ],
    ...['rtt_ms', 'effective_bandwidth', 'initial_bitrate', 'dropped_frames', 'duration_ms', 'durations_ms'],
  ]),
  ...becauseTheyAre('a count', [
    ...['events', 'uses', 'failures', 'batch_seq', 'frame_count', 'landmark_count', 'value_count', 'stall'],
    ...['milestones', 'heartbeats', 'quality_changes', 'stalls', 'errors'],
  ]),
  ...becauseTheyAre('a word of a list', [
    ...[
      'kind',
      'code',
      'severity',
      'component',
      'http_status',
      'outcome',
      'initial_resolution',
      'media_type',
    ],
    ...['method', 'route', 'status', 'role', 'activity'],
  ]),
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

/** The file that makes the rows of ClickHouse. */
const ROWS = 'apps/telemetry-api/src/pipeline/rows.ts';
/** A field of an item there, before it is a row. */
const NO_COLUMN = 'timestamp';

/** One place writes to ClickHouse, and the rows that are made for it have an actor only as a hash. */
function onlyPseudonymisedRowsAreWritten(tree: Tree): Statement {
  const strays = tree
    .files('apps/telemetry-api/src')
    .filter((path) => /\.ts$/.test(path) && !/\.(spec|repository)\.ts$/.test(path))
    .filter((path) => /\bclickhouse\.insert\(/.test(tree.text(path)))
    .map((path) => `${path} writes to ClickHouse`);
  const fields = rowFields(tree);
  const unknown = fields
    .filter((field) => !(field in COLUMNS) && field !== NO_COLUMN)
    .map((field) => `${ROWS}: ${field} is no known column`);
  return {
    says: 'Repositories alone write to it, and the rows that are made have no field beyond those',
    faults: [...strays, ...(fields.length > 0 ? unknown : [`${ROWS} makes no rows`])],
  };
}

function rowFields(tree: Tree): string[] {
  const fields = new Set<string>();
  walk(parseSource(tree, ROWS), (node) => {
    if ((ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) && node.name) {
      fields.add(node.name.getText());
    }
  });
  return [...fields];
}
