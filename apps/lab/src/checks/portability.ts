import type { Check, Fault } from './fault';
import { filesUnder, lineAt, type SourceFile } from './files';

/** What PostgreSQL 15 does not understand, and since when another one does. */
const TOO_NEW: readonly [RegExp, string][] = [
  [
    /\buuidv[47]\s*\(/gi,
    'uuidv4() and uuidv7() need PostgreSQL 18: use uuid_v7() or an id of the application',
  ],
  [/\buuid_extract_(timestamp|version)\s*\(/gi, 'needs PostgreSQL 17'],
  [/\bwithout\s+overlaps\b/gi, 'temporal keys need PostgreSQL 18: use an exclusion constraint'],
  [/(?:\(|,)\s*period\s+\w+\s*\)/gi, 'temporal foreign keys need PostgreSQL 18'],
  [
    /\bgenerated\s+always\s+as\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)(?!\s*stored)/gi,
    'a generated column must say stored: virtual ones need PostgreSQL 18',
  ],
  [/\bnot\s+enforced\b/gi, 'unenforced constraints need PostgreSQL 18'],
  [/\breturning\s+(?:with\s*\(|old\.|new\.)/gi, 'old and new in RETURNING need PostgreSQL 18'],
  [/\b(?:casefold|array_sort|array_reverse|crc32c?)\s*\(/gi, 'needs PostgreSQL 18'],
  [/\bmerge_action\s*\(/gi, 'MERGE … RETURNING needs PostgreSQL 17'],
  [/\bjson_(?:table|exists|value|query|scalar|serialize)\s*\(/gi, 'SQL/JSON functions need PostgreSQL 17'],
  [/\b(?:json_arrayagg|json_objectagg)\s*\(/gi, 'needs PostgreSQL 16: use jsonb_agg or jsonb_object_agg'],
  [/\bis\s+(?:not\s+)?json\b/gi, 'IS JSON needs PostgreSQL 16'],
  [/\bon_error\s+(?:ignore|stop)\b/gi, 'COPY … ON_ERROR needs PostgreSQL 17'],
  [/\btransaction_timeout\b/gi, 'needs PostgreSQL 17'],
  [/\bgrant\s+maintain\b|\bpg_maintain\b/gi, 'needs PostgreSQL 17'],
  [/\brandom\s*\(\s*[^)\s]/gi, 'random(min, max) needs PostgreSQL 17'],
  [/\bany_value\s*\(/gi, 'needs PostgreSQL 16'],
  [/\b(?:array_shuffle|array_sample|date_add|date_subtract|pg_input_is_valid)\s*\(/gi, 'needs PostgreSQL 16'],
  [/\bwith\s+(?:inherit|set)\s+(?:true|false|option)\b/gi, 'options of role grants need PostgreSQL 16'],
];

/** Our SQL runs on PostgreSQL 15 and up. */
export const PORTABILITY: Check = {
  name: 'portability',
  holds: 'SQL runs on PostgreSQL 15 and up',
  inspect: ({ root }) => inspectPortability(filesUnder(root).filter(({ path }) => holdsSql(path))),
};

/** What is too new in these files. */
export function inspectPortability(files: SourceFile[]): Fault[] {
  return files.flatMap((file) => {
    const sql = sqlOf(file.path, file.text());
    return TOO_NEW.flatMap(([pattern, why]) =>
      [...sql.matchAll(pattern)].map((found) => ({
        where: `${file.path}:${lineAt(sql, found.index)}`,
        what: `"${found[0].trim()}": ${why}`,
      })),
    );
  });
}

function holdsSql(path: string): boolean {
  return (
    /^migrations\/(core|telemetry)\/.+\.ts$/.test(path) ||
    /^docker\/init\/.+\.sql$/.test(path) ||
    /^apps\/.+\.repository\.ts$/.test(path) ||
    /^libs\/database\/src\/.+(?<!\.spec)\.ts$/.test(path)
  );
}

/** A comment of TypeScript, or a text of it; a comment of SQL. */
const PIECES = /\/\*[^]*?\*\/|\/\/[^\n]*|`(?:\\[^]|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;
const NOT_SQL = /\/\*[^]*?\*\/|--[^\n]*|\$\{[^}]*\}/g;

/** A text of SQL for newer servers says so in its first line; whoever sends it asks the server for its version first. */
const FOR_NEWER = /^`\s*-- PostgreSQL 1[678] and up\b/;

/** Blanks everything but SQL, so that a comment may speak of what is refused; lines stay where they are. */
function sqlOf(path: string, text: string): string {
  const sql = path.endsWith('.ts')
    ? keep(text, PIECES, (piece) => !piece.startsWith('/') && !FOR_NEWER.test(piece))
    : text;
  return sql.replace(NOT_SQL, blank);
}

function keep(text: string, pieces: RegExp, wanted: (piece: string) => boolean): string {
  let kept = '';
  let end = 0;
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    kept += blank(text.slice(end, index)) + (wanted(piece) ? piece : blank(piece));
    end = index + piece.length;
  }
  return kept + blank(text.slice(end));
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
