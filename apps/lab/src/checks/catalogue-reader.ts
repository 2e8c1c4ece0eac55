/** Sends SQL as a role that sees the whole catalogue; answers rows. */
export type Query = <R extends object>(sql: string) => Promise<R[]>;

export interface Policy {
  name: string;
  permissive: boolean;
  command: string;
  roles: string[];
  using: string | null;
  check: string | null;
}

export interface Table {
  name: string;
  owner: string;
  rowSecurity: boolean;
  forced: boolean;
  columns: { name: string; type: string; notNull: boolean }[];
  uniqueKeys: { name: string; columns: string[] }[];
  /** Columns as pairs: own column, column of the target. */
  foreignKeys: { name: string; target: string; columns: [string, string][] }[];
  policies: Policy[];
  triggers: { callee: string; forEachRow: boolean; after: boolean; conditional: boolean; events: string[] }[];
  /** Rights of others than the owner. */
  grants: { grantee: string; privilege: string }[];
}

export interface Catalogue {
  tables: Table[];
  views: { name: string; materialized: boolean; invoker: boolean }[];
  /** Functions that run with their owner's rights. */
  definers: { name: string; owner: string; pinned: boolean; open: boolean }[];
  loginRoles: { name: string; superuser: boolean; bypass: boolean }[];
}

const OURS = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'`;
/** Tables of public by their name, others by schema and name. */
const NAME = `case when n.nspname = 'public' then c.relname::text else n.nspname || '.' || c.relname end`;

const TABLES = `
select ${NAME} as name, pg_get_userbyid(c.relowner)::text as owner,
       c.relrowsecurity as "rowSecurity", c.relforcerowsecurity as forced,
       coalesce((select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
                                                     'notNull', a.attnotnull) order by a.attnum)
          from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
       coalesce((select jsonb_agg(jsonb_build_object('name', i.indexrelid::regclass::text, 'columns',
            coalesce((select jsonb_agg(a.attname) from pg_attribute a where a.attrelid = c.oid
                       and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])), '[]')))
          from pg_index i where i.indrelid = c.oid and i.indisunique), '[]') as "uniqueKeys",
       coalesce((select jsonb_agg(jsonb_build_object('name', k.conname, 'target', t.relname, 'columns',
            (select jsonb_agg(jsonb_build_array(own.attname, theirs.attname))
               from unnest(k.conkey, k.confkey) as pair (own, theirs)
               join pg_attribute own on own.attrelid = k.conrelid and own.attnum = pair.own
               join pg_attribute theirs on theirs.attrelid = k.confrelid and theirs.attnum = pair.theirs)))
          from pg_constraint k join pg_class t on t.oid = k.confrelid
         where k.conrelid = c.oid and k.contype = 'f'), '[]') as "foreignKeys",
       coalesce((select jsonb_agg(jsonb_build_object('name', p.polname, 'permissive', p.polpermissive,
            'command', case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert'
                                     when 'w' then 'update' else 'delete' end,
            'roles', (select jsonb_agg(case when role = 0 then 'public' else pg_get_userbyid(role)::text end)
                        from unnest(p.polroles) as role),
            'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)))
          from pg_policy p where p.polrelid = c.oid), '[]') as policies,
       coalesce((select jsonb_agg(jsonb_build_object('callee', f.proname,
            'forEachRow', g.tgtype & 1 <> 0, 'after', g.tgtype & (2 | 64) = 0,
            'conditional', g.tgqual is not null or g.tgattr::text <> '',
            'events', array_remove(array[case when g.tgtype & 4 <> 0 then 'insert' end,
              case when g.tgtype & 8 <> 0 then 'delete' end, case when g.tgtype & 16 <> 0 then 'update' end], null)))
          from pg_trigger g join pg_proc f on f.oid = g.tgfoid
         where g.tgrelid = c.oid and not g.tgisinternal and g.tgenabled in ('O', 'A')), '[]') as triggers,
       coalesce((select jsonb_agg(jsonb_build_object(
            'grantee', case when r.grantee = 0 then 'public' else pg_get_userbyid(r.grantee)::text end,
            'privilege', lower(r.privilege_type)))
          from (select (aclexplode(c.relacl)).*
                union select (aclexplode(a.attacl)).* from pg_attribute a
                 where a.attrelid = c.oid and a.attacl is not null) r
         where r.grantee <> c.relowner), '[]') as grants
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'f') and ${OURS}
 order by 1`;

const VIEWS = `
select ${NAME} as name, c.relkind = 'm' as materialized,
       coalesce(c.reloptions::text ~ 'security_invoker=(true|on|1)', false) as invoker
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('v', 'm') and ${OURS}
   and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
 order by 1`;

const DEFINERS = `
select p.oid::regprocedure::text as name, pg_get_userbyid(p.proowner)::text as owner,
       coalesce(exists (select from unnest(p.proconfig) as setting where setting like 'search_path=%'), false) as pinned,
       p.proacl is null or exists (select from aclexplode(p.proacl) r where r.grantee = 0) as open
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where p.prosecdef and ${OURS}
 order by 1`;

const LOGIN_ROLES = `
select r.rolname::text as name, r.rolsuper as superuser, r.rolbypassrls as bypass
  from pg_roles r
 where r.rolcanlogin
   and r.rolname in ('migrator', 'core_app', 'core_system', 'outbox_relay')
 order by 1`;

/** Reads what the tenancy walls are judged by. */
export async function readCatalogue(query: Query): Promise<Catalogue> {
  return {
    tables: await query<Table>(TABLES),
    views: await query<Catalogue['views'][number]>(VIEWS),
    definers: await query<Catalogue['definers'][number]>(DEFINERS),
    loginRoles: await query<Catalogue['loginRoles'][number]>(LOGIN_ROLES),
  };
}
