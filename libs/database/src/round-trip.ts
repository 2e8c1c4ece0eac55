import { createHash } from 'node:crypto';
import { Query, type PoolClient, type QueryResult } from 'pg';
import type { Statement } from './statement';

interface Prepared {
  name: string;
  text: string;
  values: unknown[];
  isSilent: boolean;
}

const names = new Map<string, string>();

/** A statement is prepared once per connection, under a name made from its text. */
export function prepared({ text, values, isSilent = false }: Statement): Prepared {
  let name = names.get(text);
  if (!name) {
    name = createHash('sha1').update(text).digest('hex').slice(0, 24);
    names.set(text, name);
  }
  return { name, text, values: values as unknown[], isSilent };
}

/** What of pg is extended here beyond what its types tell; the version is pinned, and the specs hold it to this. */
interface Wire {
  /** Text of every statement the server has prepared on this connection, by name. */
  parsedStatements: Readonly<Record<string, string>>;
  bind(options: { statement: string; values: unknown[] }): void;
  execute(options: { portal: string }): void;
  sync(): void;
}

interface PgQuery {
  name: string | undefined;
  text: string;
  values: unknown[];
  portal: string;
  submit: Query['submit'];
  prepare(wire: Wire): void;
  handleError(error: Error, wire: Wire): void;
}

type Done = (error: Error | null, results: QueryResult | QueryResult[]) => void;

const PgQuery = Query as unknown as new (config: object, values: undefined, done: Done) => PgQuery;

/**
 * Several prepared statements in one message and one answer: pg ends every statement with a Sync of its own, here one
 * stands after the last. The server skips what follows a statement that failed.
 */
class Together extends PgQuery {
  private failed = false;

  constructor(
    private readonly statements: readonly Prepared[],
    done: Done,
  ) {
    super({ text: 'together', values: [] }, undefined, done);
  }

  requiresPreparation(): boolean {
    return true;
  }

  override prepare(wire: Wire): void {
    for (const statement of this.statements) {
      this.send(statement, wire);
      if (this.failed) return; // a value could not be sent; pg has closed the message
    }
    this.name = undefined;
    wire.sync();
  }

  private send({ name, text, values, isSilent }: Prepared, wire: Wire): void {
    if (isSilent) {
      wire.bind({ statement: name, values }); // and no question what the rows will look like
      wire.execute({ portal: '' });
      return;
    }
    this.name = name;
    this.text = text;
    this.values = values;
    super.prepare(wire);
  }

  /** Called by `prepare` of pg for each statement; there it also ends the message. */
  _getRows(wire: Wire): void {
    wire.execute({ portal: this.portal });
  }

  override handleError(error: Error, wire: Wire): void {
    this.failed = true;
    super.handleError(error, wire);
  }
}

/**
 * Sends statements in one message, for one answer to all of them. Undefined when the connection does not know them
 * all yet: it learns them one by one.
 */
export function together(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<QueryResult[]> | undefined {
  const { parsedStatements } = (client as unknown as { connection: Wire }).connection;
  const known = statements.map(prepared);
  if (!known.every(({ name }) => parsedStatements[name] !== undefined)) return undefined;
  return new Promise((resolve, reject) => {
    const query = new Together(known, (error, results) =>
      error ? reject(error) : resolve([results].flat()),
    );
    client.query(query);
  });
}

/** Sends statements without waiting in between; throws the first failure, when all are answered. */
export async function roundTrip(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<QueryResult[]> {
  const answers = together(client, statements);
  if (answers) return answers;
  const outcomes = await Promise.allSettled(statements.map((statement) => client.query(prepared(statement))));
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
