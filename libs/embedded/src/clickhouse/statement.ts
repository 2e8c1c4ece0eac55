import { notSupported, syntaxError } from './failure';

/** An INSERT whose rows follow the statement as bytes. */
export interface InsertStatement {
  table: string;
  columns?: string[];
  format: string;
}

/** Formats the engine takes as raw bytes; others go through its parser as text. */
const RAW_FORMATS = ['JSONEachRow', 'JSONCompactEachRow', 'CSV', 'CSVWithNames', 'TSV', 'TabSeparated'];
const IDENTIFIER = '(?:`[^`\\\\]+`|"[^"\\\\]+"|\\w+)';
const INSERT = new RegExp(
  `^\\s*INSERT\\s+INTO\\s+(?:TABLE\\s+)?(${IDENTIFIER}(?:\\.${IDENTIFIER})?)\\s*(?:\\(([^()]*)\\))?\\s*FORMAT\\s+(\\w+)\\s*;?\\s*$`,
  'i',
);

/** Reads "INSERT INTO t (a, b) FORMAT X"; undefined for every other statement. */
export function readInsert(statement: string): InsertStatement | undefined {
  const match = INSERT.exec(statement);
  if (!match || !RAW_FORMATS.includes(match[3] as string)) return undefined;
  const columns = match[2]?.split(',').map((name) => unquote(name.trim()));
  if (columns?.some((name) => !/^\w+$/.test(name))) return undefined;
  const table = (match[1] as string).split('.').map(unquote).join('.');
  if (!/^\w+(\.\w+)?$/.test(table)) return undefined;
  return { table, columns, format: match[3] as string };
}

const unquote = (name: string) => name.replace(/^([`"])(.*)\1$/, '$2');

/** A text as an SQL literal. */
export const literal = (value: string) => `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

/** The same for the name of a database. */
export const identifier = (name: string) => `\`${name.replace(/\\/g, '\\\\').replace(/`/g, '\\`')}\``;

const SKIP =
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\//g;
/** Where the rows of an INSERT begin: what follows is data, not language. */
const DATA = /\b(VALUES|FORMAT\s+\w+)\b/i;

/** Refuses what a server refuses over HTTP: nothing at all, a second statement, a synchronous KILL that never returns. */
export function assertOneStatement(text: string): void {
  const plain = text.replace(SKIP, (quoted) => (/^['"`]/.test(quoted) ? 'x' : ' '));
  const isInsert = /^\s*INSERT\b/i.test(plain);
  const data = isInsert ? DATA.exec(plain) : null;
  const language = (data ? plain.slice(0, data.index) : plain).trim().replace(/;\s*$/, '');
  if (!language) throw syntaxError('Empty query');
  if (language.includes(';')) throw syntaxError('Multi-statements are not allowed');
  if (/^KILL\s/i.test(language) && !/\bASYNC$/i.test(language)) throw notSupported('KILL without ASYNC');
}
