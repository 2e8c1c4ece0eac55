import { Session, type ChdbResult } from 'chdb';
import { ClickhouseFailure } from './failure';
import { assertOneStatement, identifier, literal, readInsert } from './statement';

/** One request to the engine, as the HTTP interface of a server receives it. */
export interface Work {
  statement: string;
  /** Bytes that follow the statement: the rows of an INSERT. */
  data?: Buffer;
  database?: string;
  /** Values for {name:Type}, in the escaped form of the protocol. */
  parameters: Record<string, string>;
  settings: Record<string, string>;
  format: string;
  /** Marks the running query so that it can be killed. */
  mark: string;
}

export interface Answer {
  body: Buffer;
  summary: Record<'read_rows' | 'read_bytes' | 'written_rows' | 'written_bytes' | 'elapsed_ns', string>;
}

interface Counts {
  elapsed: number;
  rowsRead?: number;
  bytesRead?: number;
  rowsWritten?: number;
  bytesWritten?: number;
}

/**
 * The engine over one data folder. Queries of one session run one after another and its settings stay, so each
 * request has a fresh session.
 */
export class Engine {
  /** Keeps the engine open between requests. */
  readonly #anchor: Session;

  constructor(private readonly path: string) {
    this.#anchor = new Session(path);
  }

  /** Runs one statement. Throws {@link ClickhouseFailure}. */
  async run(work: Work): Promise<Answer> {
    assertOneStatement(work.statement);
    const session = new Session(this.path);
    try {
      await session.queryAsync(preamble(work));
      return await execute(session, work);
    } catch (error) {
      throw asFailure(error);
    } finally {
      session.close();
    }
  }

  /** Ends the query with that mark, if it still runs. The synchronous form never returns. */
  async kill(mark: string): Promise<void> {
    const session = new Session(this.path);
    try {
      await session.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${literal(mark)} ASYNC`);
    } finally {
      session.close();
    }
  }

  close(): void {
    this.#anchor.close();
  }
}

function preamble({ database, parameters, settings, mark }: Work): string {
  const assignments = [
    ...Object.entries(parameters).map(([name, value]) => `param_${word(name)} = ${literal(value)}`),
    ...Object.entries(settings).map(([name, value]) => `${word(name)} = ${literal(value)}`),
    `log_comment = ${literal(mark)}`,
  ];
  return `${database ? `USE ${identifier(database)}; ` : ''}SET ${assignments.join(', ')}`;
}

function word(name: string): string {
  if (/^\w+$/.test(name)) return name;
  throw new ClickhouseFailure(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
}

async function execute(session: Session, { statement, data, format }: Work): Promise<Answer> {
  const insert = data && readInsert(statement);
  if (insert) {
    const { table, columns } = insert;
    const written = await session.insert({
      table,
      columns,
      values: data,
      format: insert.format as 'JSONEachRow',
    });
    return { body: Buffer.alloc(0), summary: summary(written) };
  }
  const text = data?.length ? `${statement}\n${data.toString('utf8')}` : statement;
  const result: ChdbResult = await session.queryAsync(text, { format });
  return { body: Buffer.from(result.bytes()), summary: summary(result) };
}

function summary(counts: Counts): Answer['summary'] {
  return {
    read_rows: String(counts.rowsRead ?? 0),
    read_bytes: String(counts.bytesRead ?? 0),
    written_rows: String(counts.rowsWritten ?? 0),
    written_bytes: String(counts.bytesWritten ?? 0),
    elapsed_ns: String(Math.round(counts.elapsed * 1e9)),
  };
}

function asFailure(error: unknown): ClickhouseFailure {
  if (error instanceof ClickhouseFailure) return error;
  const text = error instanceof Error ? error.message : String(error);
  const match = /^Code: (\d+)\. DB::Exception: ([\s\S]*?)\s*\(([A-Z0-9_]+)\)\s*$/.exec(text);
  if (!match) return new ClickhouseFailure(1002, 'UNKNOWN_EXCEPTION', text);
  return new ClickhouseFailure(Number(match[1]), match[3] as string, match[2] as string);
}
