import { AsyncLocalStorage } from 'node:async_hooks';
import { Clock, requireContext, runInContext, type RequestContext } from '@restartix/context';
import type { Database } from './database';
import type { Sql, Statement } from './statement';

/** A unit that is open: its transaction and what is to be written with its COMMIT. */
interface OpenUnit {
  sql: Sql;
  beforeCommit: (() => Statement | null)[];
}

const openUnit = new AsyncLocalStorage<OpenUnit>();

/** A setting cannot be null; the database reads an empty one as null. */
const setting = (value: string | number | null | undefined): string => String(value ?? '');

/** Who acts and for which organization; policies read these settings. */
function identityOf({ actor, organizationId }: RequestContext): Record<string, string> {
  return {
    'app.current_user_id': setting(actor?.userId),
    'app.current_org_id': setting(organizationId),
    'app.current_role': actor?.role ?? 'anonymous',
    // Whoever sees as a patient: the database then refuses every change but events.
    ...(actor?.impersonation ? { 'app.impersonation': actor.impersonation.id } : {}),
    ...(actor?.breakGlass ? { 'app.break_glass': actor.breakGlass.map(({ id }) => id).join() } : {}),
  };
}

/** What every event of the unit that an audit trigger writes says alike, but for who acts: see audit_row_change(). */
function eventBaseOf(context: RequestContext, reason?: string): Record<string, string> {
  const { actor } = context;
  const base = {
    user_email: actor?.emailEnvelope ?? null,
    ip_address: context.clientAddress,
    user_agent: context.userAgent,
    request_id: context.requestId,
    details: { ...actor?.details, ...(reason ? { description: reason } : {}) },
  };
  return { 'app.event_base': JSON.stringify(base) };
}

/**
 * One piece of work on the main database: one short transaction that carries who acts and for which organization,
 * so that row-level security decides what it sees. Never hold one open across a call to anything else.
 */
export class UnitOfWork {
  private readonly commitListeners: (() => void)[] = [];

  constructor(
    private readonly requests: Database,
    private readonly system: Database,
    private readonly clock: Clock = new Clock(),
  ) {}

  /** Runs work in the open unit, or in a new one under the caller's identity. Throws outside a request context. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (openUnit.getStore()) return work();
    return this.open(this.requests, this.settingsOf(requireContext()), work);
  }

  /** One statement as {@link run} would run it, but in a single round trip. Inside an open unit it is part of that. */
  async single<R extends object>(statement: Statement): Promise<R[]> {
    const unit = openUnit.getStore();
    if (unit) return unit.sql.query<R>(statement.text, statement.values);
    const rows = await this.requests.single<R>(this.settingsOf(requireContext()), statement);
    this.tellCommitted();
    return rows;
  }

  /**
   * One statement that only reads, under the caller's identity and in a single round trip. For what is read without
   * leaving an event: the database refuses it to write. Inside an open unit it is part of that.
   */
  async read<R extends object>(text: string, values: readonly unknown[]): Promise<R[]> {
    const unit = openUnit.getStore();
    if (unit) return unit.sql.query<R>(text, values);
    const settings = { ...this.whoAndWhen(requireContext()), transaction_read_only: 'on' };
    return this.requests.single<R>(settings, { text, values });
  }

  /**
   * Runs work that no caller's rights cover, as the database role core_system: for one organization, or null for
   * platform tables. Every change it makes is audited with the reason.
   */
  asSystem<T>(reason: string, organizationId: number | null, work: () => Promise<T>): Promise<T> {
    const context: RequestContext = {
      ...requireContext(),
      organizationId,
      actor: { userId: null, role: 'system', emailEnvelope: null, sessionId: null },
    };
    return runInContext(context, () =>
      openUnit.exit(() => this.open(this.system, this.settingsOf(context, reason), work)),
    );
  }

  /** The transaction of the open unit. Throws when none is open: SQL outside a unit has no tenant. */
  get sql(): Sql {
    return this.current.sql;
  }

  /** Stands for the open unit, as a key for what others keep about it. Throws when none is open. */
  get key(): object {
    return this.current;
  }

  /** Adds a statement that is made and sent together with the COMMIT; null sends nothing. */
  beforeCommit(make: () => Statement | null): void {
    this.current.beforeCommit.push(make);
  }

  /** Calls the listener after each commit. It must return at once. */
  onCommit(listener: () => void): void {
    this.commitListeners.push(listener);
  }

  private get current(): OpenUnit {
    const unit = openUnit.getStore();
    if (!unit) throw new Error('No unit of work is open');
    return unit;
  }

  private settingsOf(context: RequestContext, reason?: string): Record<string, string> {
    return { ...this.whoAndWhen(context), ...eventBaseOf(context, reason) };
  }

  /** What policies ask. The database has its own time; only a clock that is ahead of the machine's is told to it. */
  private whoAndWhen(context: RequestContext): Record<string, string> {
    const ahead = this.clock.aheadMs();
    return { ...identityOf(context), ...(ahead > 0 ? { 'app.clock_ahead_ms': String(ahead) } : {}) };
  }

  private async open<T>(
    database: Database,
    settings: Record<string, string>,
    work: () => Promise<T>,
  ): Promise<T> {
    const unit: OpenUnit = { sql: closedSql, beforeCommit: [] };
    const result = await database.transaction(
      settings,
      (sql) => {
        unit.sql = sql;
        return openUnit.run(unit, work);
      },
      () => unit.beforeCommit.map((make) => make()).filter((statement) => statement !== null),
    );
    unit.sql = closedSql;
    this.tellCommitted();
    return result;
  }

  private tellCommitted(): void {
    for (const listener of this.commitListeners) listener();
  }
}

/** What a handle that outlives its unit finds. */
const closedSql: Sql = {
  query: () => Promise.reject(new Error('This unit of work is closed')),
};
