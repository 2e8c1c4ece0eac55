import type { Tree } from '../packaging/packaging.service';
import type { Point, Statement } from './point';

const MIGRATIONS = 'migrations/core';
const LISTS = 'migrations/core/tables.ts';
const HELPER = 'libs/database/src/rls.ts';
const CREATED = /create table (?:if not exists )?(\w+)/g;
const SCHEDULING = /^(appointment|specialist_(weekly|date)|slot|hold|waitlist|schedule)/;

interface Made {
  table: string;
  path: string;
}

/** The scheduling tables there are, and where they are made. */
function schedulingTables(tree: Tree): Made[] {
  return tree
    .files(MIGRATIONS)
    .filter((path) => /\/\d+-[\w-]+\.ts$/.test(path))
    .flatMap((path) => [...tree.text(path).matchAll(CREATED)].map(([, table = '']) => ({ table, path })))
    .filter(({ table }) => SCHEDULING.test(table));
}

function areListed(tree: Tree, made: readonly Made[]): Statement {
  const [list = ''] = tree.text(LISTS).split('] as const;');
  return {
    says: `Each of ${made.length} scheduling tables is on the list of tenant tables`,
    faults: [
      ...(made.length > 0 ? [] : ['there is none']),
      ...made.filter(({ table }) => !list.includes(`'${table}',`)).map(({ table }) => `${table} is not`),
    ],
  };
}

function areGuarded(tree: Tree, made: readonly Made[]): Statement {
  return {
    says: 'The migration that makes one gives it the policies of a tenant table',
    faults: made
      .filter(({ table, path }) => {
        const text = tree.text(path);
        return !text.includes('await enableTenantRls(') || !text.includes(`'${table}'`);
      })
      .map(({ table, path }) => `${path} does not, for ${table}`),
  };
}

function helperRestricts(tree: Tree): Statement {
  const text = tree.text(HELPER);
  const restricts = text.includes('as restrictive for all using (${tenant}) with check (${tenant})');
  const onCurrent = text.includes("const tenant = 'organization_id = (select current_app_org_id())'");
  return {
    says: 'Those are restrictive, on current_app_org_id(), and forced on the owner',
    faults:
      restricts && onCurrent && text.includes('force row level security') ? [] : [`${HELPER} says otherwise`],
  };
}

/** Point 7. */
export const SCHEDULING_POINT: Point = {
  number: 7,
  requirement: 'B025',
  claim: 'Scheduling tables have policies on the current organization',
  built: true,
  look: (tree) => {
    const made = schedulingTables(tree);
    return [areListed(tree, made), areGuarded(tree, made), helperRestricts(tree)];
  },
  proofs: [
    { spec: 'apps/lab/test/catalogue.spec.ts', title: 'keeps every wall' },
    {
      spec: 'migrations/core/cross-organization.spec.ts',
      title: 'shows and changes nothing of one organization under the setting of the other',
    },
  ],
};
