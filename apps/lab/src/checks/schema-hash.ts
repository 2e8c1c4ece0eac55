import { createHash } from 'node:crypto';
import type { Query } from './catalogue-reader';

/** One line for each thing a migration can make, in a fixed order. */
const SCHEMA = `
with ours as (select oid, nspname from pg_namespace
               where nspname not in ('pg_catalog', 'information_schema') and nspname not like 'pg\\_%'),
lines (line) as (
  select format('relation %s.%s %s %s %s %s %s', n.nspname, c.relname, c.relkind, pg_get_userbyid(c.relowner),
                c.relrowsecurity, c.relforcerowsecurity, array_to_string(c.relacl, ' '))
    from pg_class c join ours n on n.oid = c.relnamespace
  union all
  select format('column %s.%s %s %s %s %s %s', c.oid::regclass, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod),
                a.attnotnull, pg_get_expr(d.adbin, d.adrelid), array_to_string(a.attacl, ' '))
    from pg_attribute a join pg_class c on c.oid = a.attrelid join ours n on n.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where a.attnum > 0 and not a.attisdropped
  union all
  select format('constraint %s %s %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join ours n on n.oid = k.connamespace
  union all
  select format('index %s', pg_get_indexdef(i.indexrelid))
    from pg_index i join pg_class c on c.oid = i.indexrelid join ours n on n.oid = c.relnamespace
  union all
  select format('view %s %s', c.oid::regclass, pg_get_viewdef(c.oid))
    from pg_class c join ours n on n.oid = c.relnamespace where c.relkind in ('v', 'm')
  union all
  select format('policy %s %s %s %s %s %s %s', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive,
                p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    from pg_policy p
  union all
  select format('trigger %s %s', g.tgenabled, pg_get_triggerdef(g.oid)) from pg_trigger g where not g.tgisinternal
  union all
  select format('function %s %s %s', pg_get_userbyid(p.proowner), array_to_string(p.proacl, ' '), pg_get_functiondef(p.oid))
    from pg_proc p join ours n on n.oid = p.pronamespace
   where p.prokind in ('f', 'p') and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
)
select line from lines order by line`;

/** A fingerprint of everything migrations make in a database: equal schemas have equal fingerprints. */
export async function schemaHash(query: Query): Promise<string> {
  const lines = await query<{ line: string }>(SCHEMA);
  return createHash('sha256')
    .update(lines.map(({ line }) => line).join('\n'))
    .digest('hex');
}
