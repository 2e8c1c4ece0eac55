const TENANT = 'organization_id = (select current_app_org_id())';
const ROLE = `(select current_app_role()) = 'org_admin'`;

/** A tenant table as it should be, run as migrator. */
export const SOUND_TABLE = `
create table planted (
  organization_id int not null references organizations (id),
  id uuid not null,
  patient_id uuid not null,
  primary key (organization_id, id),
  constraint planted_patient foreign key (organization_id, patient_id) references patients (organization_id, id)
);
alter table planted enable row level security;
alter table planted force row level security;
create policy tenant on planted as restrictive for all using (${TENANT}) with check (${TENANT});
create policy read on planted for select to core_app using (${ROLE});
create trigger audit after insert or update or delete on planted
  for each row execute function audit_row_change('planted', 'patient_id');
create trigger refuse_while_impersonating before insert or update or delete on planted for each statement
  when (coalesce(current_setting('app.impersonation', true), '') <> '') execute function refuse_while_impersonating();
grant select on planted to core_app`;

/** What may be wrong with it, and what the check must say. */
export const PLANTED_FAULTS: { what: string; sql: string; says: string }[] = [
  {
    what: 'an organization that may be absent',
    sql: 'alter table planted drop constraint planted_pkey, alter column organization_id drop not null',
    says: 'has no organization_id int not null',
  },
  {
    what: 'a table without row-level security',
    sql: 'alter table planted disable row level security',
    says: 'has no row-level security',
  },
  {
    what: 'a table whose owner sees everything',
    sql: 'alter table planted no force row level security',
    says: 'does not force row-level security',
  },
  {
    what: 'a unique key across organizations',
    sql: 'create unique index planted_id on planted (id)',
    says: 'unique key planted_id does not carry organization_id',
  },
  {
    what: 'a unique key that only includes the organization',
    sql: 'create unique index planted_id on planted (id) include (organization_id)',
    says: 'unique key planted_id does not carry organization_id',
  },
  {
    what: 'a foreign key across organizations',
    sql: `create table pointing (planted_id uuid, organization_id int, other int,
            foreign key (other, planted_id) references planted (organization_id, id))`,
    says: 'to planted does not carry organization_id',
  },
  {
    what: 'a policy without the (select …) form',
    sql: 'create policy own on planted for select to core_app using (id = current_app_user_id())',
    says: 'calls current_app_user_id() without the (select …) form',
  },
  {
    what: 'a setting that is read for every row',
    sql: `create policy own on planted for select to core_app using (id::text = current_setting('app.current_user_id', true))`,
    says: 'calls current_setting() without the (select …) form',
  },
  {
    what: 'a bare call inside a sub-select that reads a table',
    sql: `create policy own on planted for select to core_app using (
            exists (select 1 from users u where u.id = current_app_user_id()))`,
    says: 'calls current_app_user_id() without the (select …) form',
  },
  {
    what: 'a bare call in what may be written',
    sql: 'create policy add on planted for insert to core_app with check (id = current_app_user_id())',
    says: 'calls current_app_user_id() without the (select …) form',
  },
  {
    what: 'a bare call in a table without a tenant',
    sql: 'create policy own on users for update to core_app using (id = current_app_user_id())',
    says: 'calls current_app_user_id() without the (select …) form',
  },
  {
    what: 'a tenant policy that others can widen',
    sql: `drop policy tenant on planted; create policy tenant on planted for all to core_app using (${TENANT})`,
    says: 'has 0 restrictive policies',
  },
  {
    what: 'a tenant policy for some commands only',
    sql: `drop policy tenant on planted; create policy tenant on planted as restrictive for select using (${TENANT})`,
    says: 'is not "for all to public',
  },
  {
    what: 'a tenant policy for some roles only',
    sql: `drop policy tenant on planted;
          create policy tenant on planted as restrictive for all to core_app using (${TENANT}) with check (${TENANT})`,
    says: 'is not "for all to public',
  },
  {
    what: 'a tenant policy that says something else',
    sql: `drop policy tenant on planted;
          create policy tenant on planted as restrictive for all using (${TENANT} or true) with check (${TENANT})`,
    says: 'is not "for all to public',
  },
  {
    what: 'a policy that opens every row',
    sql: 'create policy open on planted for select to core_app using (true)',
    says: 'opens every row to requests',
  },
  {
    what: 'a permissive policy for every role',
    sql: `create policy open on planted for select using (${ROLE})`,
    says: 'is permissive for every role',
  },
  {
    what: 'a table without an audit trigger',
    sql: 'drop trigger audit on planted',
    says: 'has no audit trigger',
  },
  {
    what: 'an audit trigger that is switched off',
    sql: 'alter table planted disable trigger audit',
    says: 'has no audit trigger',
  },
  {
    what: 'an audit trigger that misses deletions',
    sql: `drop trigger audit on planted;
          create trigger audit after insert or update on planted
            for each row execute function audit_row_change('planted', 'patient_id')`,
    says: 'has no audit trigger',
  },
  {
    what: 'a table that whoever sees as a patient may change',
    sql: 'drop trigger refuse_while_impersonating on planted',
    says: 'can be changed while impersonating',
  },
  {
    what: 'a table that they may delete from',
    sql: `drop trigger refuse_while_impersonating on planted;
          create trigger refuse_while_impersonating before insert or update on planted
            for each statement execute function refuse_while_impersonating()`,
    says: 'can be changed while impersonating',
  },
  {
    what: 'an outbox that takes no event while somebody sees as a patient',
    sql: `create trigger refuse_while_impersonating before insert or update or delete on audit_outbox
            for each statement execute function refuse_while_impersonating()`,
    says: 'takes no event of a read',
  },
  {
    what: 'the right to empty a table past row-level security',
    sql: 'grant truncate on planted to core_system',
    says: 'grants truncate to core_system',
  },
  {
    what: 'a right for everybody',
    sql: 'grant select on planted to public',
    says: 'grants select to everybody',
  },
  {
    what: 'a view that shows rows by its owner’s rights',
    sql: 'create view planted_view as select * from planted',
    says: 'say security_invoker',
  },
  {
    what: 'a copy of rows outside row-level security',
    sql: 'create materialized view planted_copy as select * from planted',
    says: 'say security_invoker',
  },
  {
    what: 'a function that anybody may run with its owner’s rights',
    sql: 'create function planted_all() returns setof planted language sql security definer as $$ select * from planted $$',
    says: 'is security definer',
  },
  {
    what: 'a function of the owner’s that is on no list',
    sql: `create function planted_all() returns setof planted language sql security definer set search_path = public, pg_temp
      as $$ select * from planted $$; revoke all on function planted_all() from public`,
    says: 'is security definer',
  },
  {
    what: 'a listed function of the owner’s that anybody may run',
    sql: 'grant execute on function erase_patient(uuid, uuid, text) to public',
    says: 'is security definer',
  },
];
