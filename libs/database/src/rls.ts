import type { QueryRunner } from 'typeorm';

const COMMANDS = ['select', 'insert', 'update', 'delete'] as const;
type Command = (typeof COMMANDS)[number];

/** What a request may do with rows of a table: which commands, in which of our roles, with which rows. */
export interface RolePolicy {
  /** Word for it in the comment of the policy it becomes part of. */
  name: string;
  command: Command | 'all';
  /** Canonical roles (app.current_role) it speaks of; all members of the organization when absent. */
  roles?: readonly string[];
  /** Further condition on the row, in SQL. Calls of current_app_* must stand in the form `(select …())`. */
  where?: string;
}

const MEMBERS = ['patient', 'specialist', 'assistant', 'org_admin', 'compliance'];
/** A superadmin has only what a policy gives by name. */
const CALLERS = [...MEMBERS, 'superadmin'];

/** What a role needs of a row: any of the conditions of its policies. Undefined when no policy speaks of the role. */
function conditionOf(role: string, policies: readonly RolePolicy[]): string | undefined {
  const own = policies.filter(({ roles = MEMBERS }) => roles.includes(role));
  if (own.length === 0) return undefined;
  if (own.some(({ where }) => where === undefined)) return 'true';
  return own.map(({ where }) => `(${where})`).join(' or ');
}

/**
 * One policy for all roles, in place of one for each: the role is asked once and its condition alone is looked at, and
 * the planner does not take the conditions of the other roles for reasons to expect next to no rows.
 */
function permissive(table: string, command: Command, policies: readonly RolePolicy[]): string {
  const cases = CALLERS.flatMap((role) => {
    const condition = conditionOf(role, policies);
    return condition ? [`when '${role}' then ${condition}`] : [];
  });
  const rows = `(case (select current_app_role()) ${cases.join(' ')} else false end)`;
  const kind = command === 'insert' ? 'with check' : 'using';
  const words = policies.map(({ name }) => name).join(', ');
  return `create policy requests_${command} on ${table} as permissive for ${command} to core_app ${kind} ${rows};
    comment on policy requests_${command} on ${table} is '${words}'`;
}

/**
 * Row-level security of a tenant table: enabled and forced; one restrictive policy that no other can widen; what the
 * given policies permit requests, one policy per command; the explicit ones of system work and data migrations, which
 * still see one organization at a time; and no change while somebody sees as a patient.
 */
export async function enableTenantRls(
  runner: QueryRunner,
  table: string,
  policies: readonly RolePolicy[],
): Promise<void> {
  const tenant = 'organization_id = (select current_app_org_id())';
  await runner.query(`alter table ${table} enable row level security`);
  await runner.query(`alter table ${table} force row level security`);
  await runner.query(
    `create policy tenant on ${table} as restrictive for all using (${tenant}) with check (${tenant})`,
  );
  await runner.query(
    `create policy system_work on ${table} as permissive for all to core_system using (true)`,
  );
  await runner.query(
    `create policy data_migrations on ${table} as permissive for all to migrator using (true)`,
  );
  await permitRequests(runner, table, policies);
  if (await knowsImpersonation(runner)) await refuseWhileImpersonating(runner, table);
}

/**
 * Keeps a table as it is while somebody sees as a patient: asked once for each statement. Every tenant table has it; a
 * table without a tenant gets it in its own migration.
 */
export async function refuseWhileImpersonating(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(
    `create trigger refuse_while_impersonating before insert or update or delete on ${table} for each statement
     when (coalesce(current_setting('app.impersonation', true), '') <> '')
     execute function refuse_while_impersonating()`,
  );
}

/** Tables from before the function have the trigger from the migration that made it. */
async function knowsImpersonation(runner: QueryRunner): Promise<boolean> {
  const found: object[] = await runner.query(
    `select 1 from pg_proc where oid = to_regprocedure('refuse_while_impersonating()')`,
  );
  return found.length > 0;
}

/** Puts these policies in the place of those that permit requests on a tenant table; the walls around them stay. */
export async function changeTenantRls(
  runner: QueryRunner,
  table: string,
  policies: readonly RolePolicy[],
): Promise<void> {
  for (const command of COMMANDS) await runner.query(`drop policy if exists requests_${command} on ${table}`);
  await permitRequests(runner, table, policies);
}

async function permitRequests(
  runner: QueryRunner,
  table: string,
  policies: readonly RolePolicy[],
): Promise<void> {
  for (const command of COMMANDS) {
    const applying = policies.filter((policy) => policy.command === command || policy.command === 'all');
    if (applying.length > 0) await runner.query(permissive(table, command, applying));
  }
}

/**
 * Writes every change of a row to the audit outbox (old → new, in the same transaction). `patientColumn` names the
 * column that holds the patient the row is about.
 */
export async function attachAudit(
  runner: QueryRunner,
  table: string,
  resourceType: string,
  patientColumn = '',
): Promise<void> {
  await runner.query(
    `create trigger audit after insert or update or delete on ${table}
     for each row execute function audit_row_change('${resourceType}', '${patientColumn}')`,
  );
}

/** For data migrations: runs the work once for each organization, with the setting that lets it see that one. */
export async function forEachOrganization(
  runner: QueryRunner,
  work: (organizationId: number) => Promise<void>,
): Promise<void> {
  const organizations: { id: number }[] = await runner.query('select id from organizations order by id');
  for (const { id } of organizations) {
    await runner.query(
      `select set_config('app.current_org_id', $1, true), set_config('app.current_role', 'system', true)`,
      [String(id)],
    );
    await work(id);
  }
}
