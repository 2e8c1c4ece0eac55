import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ACCESS_MATRIX,
  RELATIONSHIPS,
  RESOURCES,
  ROLES,
  type Cell,
  type MatrixRole,
  type Resource,
} from '@restartix/contracts';
import type { Check, Fault } from './fault';

const PAGE = 'libs/contracts/ACCESS.md';
const PEOPLE = ROLES.filter((role): role is MatrixRole => role !== 'system' && role !== 'anonymous');

const HEAD = `# Who may do what

Generated from \`src/access/matrix.ts\`, which decides the guards and generates the tests. A cell names what a thing
must be to the person who asks (\`own\`, \`in_care\`, \`organization\`, \`break_glass\`: opened for a short time with a
reason, or \`none\`: any), then what is open. A verb with "contact" opens name and contact data only. An empty cell is a
refusal. A superadmin reads health data by break-glass only.
`;

/** "read, update" or "read (contact)" of one cell. */
function verbs(cell: Cell): string {
  return Object.entries(cell)
    .map(([verb, extent]) => (extent === 'all' ? verb : `${verb} (${extent})`))
    .join(', ');
}

function cellText(resource: Resource, role: MatrixRole): string {
  const row = ACCESS_MATRIX[resource][role];
  return RELATIONSHIPS.flatMap((relationship) => {
    const cell = row[relationship];
    return cell ? [`${relationship}: ${verbs(cell)}`] : [];
  }).join('; ');
}

/** The access matrix as a page for people. */
export function renderAccessPage(): string {
  const lines = [
    `| resource | ${PEOPLE.join(' | ')} |`,
    `| --- |${' --- |'.repeat(PEOPLE.length)}`,
    ...RESOURCES.map(
      (resource) => `| ${[resource, ...PEOPLE.map((role) => cellText(resource, role))].join(' | ')} |`,
    ),
  ];
  return `${HEAD}\n${lines.join('\n')}\n`;
}

/** Compares the committed page with the matrix. */
export function inspectAccessPage(root: string): Fault[] {
  const path = join(root, PAGE);
  const committed = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return committed === renderAccessPage()
    ? []
    : [{ where: PAGE, what: 'differs from the access matrix (npm run generate)' }];
}

/** The committed page says what the matrix says. */
export const ACCESS_PAGE: Check = {
  name: 'access-page',
  holds: `${PAGE} says what the access matrix says`,
  inspect({ root, fix }) {
    if (fix) writeFileSync(join(root, PAGE), renderAccessPage());
    return Promise.resolve(inspectAccessPage(root));
  },
};
