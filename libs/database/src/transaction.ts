import type { PoolClient, QueryResult } from 'pg';
import { roundTrip } from './round-trip';
import { settingsStatement, type Sql, type Statement } from './statement';

const BEGIN: Statement = { text: 'begin', values: [], isSilent: true };
const COMMIT: Statement = { text: 'commit', values: [], isSilent: true };

/**
 * A transaction on a connection that is lent to it. BEGIN and the settings travel with its first statement, so one
 * that sends none costs nothing. What work keeps of it is closed before COMMIT or ROLLBACK: the connection is soon
 * another caller's.
 */
export class Transaction implements Sql {
  private isOpen = true;
  /** Not sent yet. */
  private opening: readonly Statement[];
  private hasBegun = false;

  constructor(
    private readonly client: PoolClient,
    settings: Readonly<Record<string, string>>,
  ) {
    const isSet = Object.keys(settings).length > 0;
    this.opening = isSet ? [BEGIN, settingsStatement(settings)] : [BEGIN];
  }

  async query<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]> {
    if (!this.isOpen) throw new Error('This transaction is closed');
    const before = this.begin();
    const results = values
      ? await roundTrip(this.client, [...before, { text, values }])
      : await this.unprepared(before, text);
    return results.at(-1)?.rows as R[];
  }

  /** No further statement of the work is taken. */
  close(): void {
    this.isOpen = false;
  }

  /** Sends the last statements with the COMMIT. Throws when something is not stored. */
  async commit(last: readonly Statement[]): Promise<void> {
    if (!this.hasBegun && last.length === 0) return;
    const results = await roundTrip(this.client, [...this.begin(), ...last, COMMIT]);
    // A COMMIT of a failed transaction answers ROLLBACK.
    if (results.at(-1)?.command !== 'COMMIT')
      throw new Error('The transaction had failed and was rolled back');
  }

  /** Takes everything back. Answers whether the connection is still of use. */
  rollback(): Promise<boolean> {
    if (!this.hasBegun) return Promise.resolve(true);
    return this.client.query('rollback').then(
      () => true,
      () => false,
    );
  }

  private begin(): readonly Statement[] {
    const { opening } = this;
    this.opening = [];
    this.hasBegun = true;
    return opening;
  }

  /** Text without parameters may hold several statements, which cannot be prepared. */
  private async unprepared(before: readonly Statement[], text: string): Promise<QueryResult[]> {
    const outcomes = await Promise.allSettled([
      before.length > 0 ? roundTrip(this.client, before) : [],
      this.client.query(text),
    ]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return [(outcomes[1] as PromiseFulfilledResult<QueryResult>).value];
  }
}
