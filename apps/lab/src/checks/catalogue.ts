import type { Fault } from './fault';
import { readCatalogue, type Catalogue, type Query, type Table } from './catalogue-reader';
import { bareCalls } from './policy-text';

/** The two lists every table of the main database is on one of; kept as data with its migrations. */
export interface TableLists {
  tenant: readonly string[];
  exempt: readonly { name: string; reason: string; audited: boolean }[];
  /** Tenant tables without an audit trigger. */
  unaudited: readonly { name: string; reason: string }[];
  /** Functions that run with the rights of the tables' owner instead of the resolver's. */
  ownerFunctions: readonly { name: string; reason: string }[];
}

const ORGANIZATION = 'organization_id';
const TENANT_CONDITION = '(organization_id = ( SELECT current_app_org_id() AS current_app_org_id))';
const OUTBOX = 'audit_outbox';
const EVERY_ROW_CHANGE = ['insert', 'update', 'delete'];

/** Looks at a migrated main database through a superuser's query: what of it breaks the tenancy walls. */
export async function inspectCatalogue(query: Query, lists: TableLists): Promise<Fault[]> {
  const catalogue = await readCatalogue(query);
  return [
    ...inspectLists(catalogue, lists),
    ...catalogue.tables.flatMap(inspectPolicies),
    ...catalogue.tables.flatMap(inspectGrants),
    ...catalogue.tables.flatMap((table) => inspectForeignKeys(table, lists)),
    ...catalogue.tables
      .filter(({ name }) => lists.tenant.includes(name))
      .flatMap((table) => [...inspectTenantTable(table), ...inspectTenantPolicies(table)]),
    ...catalogue.tables.flatMap((table) => inspectAudit(table, lists)),
    ...catalogue.tables.flatMap(inspectImpersonation),
    ...inspectOthers(catalogue, lists),
  ];
}

function inspectLists({ tables }: Catalogue, lists: TableLists): Fault[] {
  const exempt = lists.exempt.map(({ name }) => name);
  const present = tables.map(({ name }) => name);
  return [
    ...tables.flatMap(({ name }) => {
      const count = [...lists.tenant, ...exempt].filter((listed) => listed === name).length;
      if (count === 0) return [{ where: name, what: 'is on neither list of tables' }];
      return count > 1 ? [{ where: name, what: 'is on the lists of tables more than once' }] : [];
    }),
    ...[...lists.tenant, ...exempt]
      .filter((name) => !present.includes(name))
      .map((where) => ({ where, what: 'is on a list of tables but not in the database' })),
    ...[...lists.exempt, ...lists.unaudited, ...lists.ownerFunctions]
      .filter(({ reason }) => reason.trim().length < 10)
      .map(({ name }) => ({ where: name, what: 'is exempt without a reason' })),
  ];
}

function inspectTenantTable(table: Table): Fault[] {
  const faults: Fault[] = [];
  const refuse = (what: string) => faults.push({ where: table.name, what });
  const organization = table.columns.find(({ name }) => name === ORGANIZATION);
  if (!organization?.notNull || organization.type !== 'integer')
    refuse(`has no ${ORGANIZATION} int not null`);
  if (!table.rowSecurity) refuse('has no row-level security');
  if (!table.forced) refuse('does not force row-level security on its owner');
  for (const key of table.uniqueKeys.filter(({ columns }) => !columns.includes(ORGANIZATION))) {
    refuse(`unique key ${key.name} does not carry ${ORGANIZATION}`);
  }
  return faults;
}

function inspectTenantPolicies(table: Table): Fault[] {
  const faults: Fault[] = [];
  const restrictive = table.policies.filter(({ permissive }) => !permissive);
  const [tenant] = restrictive;
  if (restrictive.length !== 1 || !tenant) {
    faults.push({ where: table.name, what: `has ${restrictive.length} restrictive policies instead of one` });
  } else if (
    tenant.command !== 'all' ||
    !tenant.roles.includes('public') ||
    tenant.using !== TENANT_CONDITION ||
    tenant.check !== TENANT_CONDITION
  ) {
    faults.push({
      where: table.name,
      what: `policy ${tenant.name} is not "for all to public using and with check ${TENANT_CONDITION}"`,
    });
  }
  if (!table.policies.some(({ permissive }) => permissive)) {
    faults.push({ where: table.name, what: 'has no permissive policy: nobody sees a row' });
  }
  return faults;
}

/** Holds for every table: what a policy asks of the session is asked once per statement, and of a named role. */
function inspectPolicies(table: Table): Fault[] {
  return table.policies.flatMap((policy) => {
    const where = `${table.name}.${policy.name}`;
    const bare = [policy.using, policy.check].flatMap((text) => bareCalls(text ?? ''));
    const faults = bare.map((call) => ({ where, what: `calls ${call} without the (select …) form` }));
    if (policy.permissive && policy.roles.includes('public')) {
      faults.push({ where, what: 'is permissive for every role: name the role' });
    }
    if (policy.permissive && policy.roles.includes('core_app') && isOpen(policy)) {
      faults.push({ where, what: 'opens every row to requests' });
    }
    return faults;
  });
}

/** An insert without a condition adds a row; any other policy without one shows or changes all of them. */
function isOpen({ using, check }: { using: string | null; check: string | null }): boolean {
  return using === 'true' || (using === null && (check === 'true' || check === null));
}

/** Holds for every table: what a service may reach stands behind row-level security, and none may TRUNCATE. */
function inspectGrants(table: Table): Fault[] {
  const faults: Fault[] = [];
  const refuse = (what: string) => faults.push({ where: table.name, what });
  if (table.owner !== 'migrator') refuse(`belongs to ${table.owner}, not to migrator`);
  if (table.grants.length > 0 && !(table.rowSecurity && table.forced)) {
    refuse(`is granted to ${grantees(table)} without forced row-level security`);
  }
  for (const { grantee, privilege } of table.grants) {
    if (grantee === 'public') refuse(`grants ${privilege} to everybody`);
    if (['truncate', 'references', 'trigger'].includes(privilege))
      refuse(`grants ${privilege} to ${grantee}`);
  }
  return faults;
}

function grantees({ grants }: Table): string {
  return [...new Set(grants.map(({ grantee }) => grantee))].join(', ');
}

function inspectForeignKeys(table: Table, lists: TableLists): Fault[] {
  return table.foreignKeys
    .filter(({ target }) => lists.tenant.includes(target))
    .filter(
      ({ columns }) => !columns.some(([own, theirs]) => own === ORGANIZATION && theirs === ORGANIZATION),
    )
    .map(({ name, target }) => ({
      where: table.name,
      what: `foreign key ${name} to ${target} does not carry ${ORGANIZATION}`,
    }));
}

function inspectAudit(table: Table, lists: TableLists): Fault[] {
  const exempt = lists.exempt.find(({ name }) => name === table.name);
  const unaudited = lists.unaudited.some(({ name }) => name === table.name);
  const wanted = exempt ? exempt.audited : !unaudited;
  const audits = table.triggers.some(
    ({ callee, forEachRow, after, events, conditional }) =>
      callee === 'audit_row_change' &&
      forEachRow &&
      after &&
      !conditional &&
      EVERY_ROW_CHANGE.every((event) => events.includes(event)),
  );
  if (wanted && !audits) {
    return [{ where: table.name, what: 'has no audit trigger for every insert, update and delete' }];
  }
  return !wanted && audits ? [{ where: table.name, what: 'is audited: take its exemption back' }] : [];
}

/** Whoever sees as a patient leaves events, and changes nothing else. */
function inspectImpersonation({ name, triggers }: Table): Fault[] {
  const refuses = triggers.some(
    ({ callee, forEachRow, after, events }) =>
      callee === 'refuse_while_impersonating' &&
      !forEachRow &&
      !after &&
      EVERY_ROW_CHANGE.every((event) => events.includes(event)),
  );
  if (refuses === (name !== OUTBOX)) return [];
  return [{ where: name, what: refuses ? 'takes no event of a read' : 'can be changed while impersonating' }];
}

/** Views run with their owner's rights unless told otherwise; so do functions that say security definer. */
function inspectOthers({ views, definers, loginRoles }: Catalogue, { ownerFunctions }: TableLists): Fault[] {
  const kept = ownerFunctions.map(({ name }) => name);
  return [
    ...views
      .filter(({ materialized, invoker }) => materialized || !invoker)
      .map(({ name }) => ({ where: name, what: 'shows rows by its owner’s rights: say security_invoker' })),
    ...definers
      .filter(({ name, owner, pinned, open }) => {
        const isKnown = owner === 'identity_resolver' || (owner === 'migrator' && kept.includes(name));
        return !isKnown || !pinned || open;
      })
      .map(({ name }) => ({
        where: name,
        what: 'is security definer: it must belong to identity_resolver or be listed, pin search_path, and not be public',
      })),
    ...kept
      .filter((name) => !definers.some((definer) => definer.name === name))
      .map((where) => ({ where, what: 'is on the list of the owner’s functions but not in the database' })),
    ...loginRoles
      .filter(({ superuser, bypass }) => superuser || bypass)
      .map(({ name }) => ({ where: name, what: 'is a role that logs in and passes row-level security by' })),
  ];
}
