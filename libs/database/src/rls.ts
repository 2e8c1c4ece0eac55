import type { QueryRunner } from 'typeorm';

/** A permissive policy: which commands it opens, to which of our roles, for which rows. */
export interface RolePolicy {
  name: string;
  command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  /** Canonical roles (app.current_role) it speaks of; all signed-in members when absent. */
  roles?: readonly string[];
  /** Further condition on the row, in SQL. Calls of current_app_* must stand in the form `(select …())`. */
  where?: string;
}

const MEMBERS = ['patient', 'specialist', 'assistant', 'org_admin', 'compliance'];

function condition(policy: RolePolicy): string {
  const words = (policy.roles ?? MEMBERS).map((role) => `'${role}'`).join(', ');
  const role = `(select current_app_role()) in (${words})`;
  return policy.where ? `${role} and (${policy.where})` : role;
}

function permissive(table: string, policy: RolePolicy): string {
  const using = policy.command === 'insert' ? '' : ` using (${condition(policy)})`;
  const check = policy.command === 'insert' ? ` with check (${condition(policy)})` : '';
  return `create policy ${policy.name} on ${table} as permissive for ${policy.command} to core_app${using}${check}`;
}

/**
 * Row-level security of a tenant table: enabled and forced; one restrictive policy that no other can widen; the
 * given permissive policies for requests; and the explicit ones of system work and data migrations, which still see
 * one organization at a time.
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
  for (const policy of policies) await runner.query(permissive(table, policy));
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
