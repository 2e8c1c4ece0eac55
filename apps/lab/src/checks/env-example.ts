import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES, type Variable } from '@restartix/config';
import type { Check, Fault } from './fault';

const FILE = '.env.example';
const HEADER = `# Every environment variable of the platform, by group. Written from libs/config/src/variables.ts
# (npm run check -- env-example --fix); a change made here is refused.
# A line with a value is an example and must be set; a line that is commented out shows the default or may be left out.
`;

/** .env.example says what libs/config declares. */
export const ENV_EXAMPLE: Check = {
  name: 'env-example',
  holds: '.env.example says what libs/config declares',
  inspect({ root, fix }) {
    if (fix) writeFileSync(join(root, FILE), renderEnvExample());
    return inspectEnvExample(root);
  },
};

/** Compares the file of a workspace with the declarations. */
export function inspectEnvExample(root: string): Fault[] {
  const path = join(root, FILE);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (text === renderEnvExample()) return [];
  return [{ where: FILE, what: 'differs from the declarations (npm run check -- env-example --fix)' }];
}

/** The text of .env.example, from the declarations. */
export function renderEnvExample(): string {
  const groups = Object.entries(VARIABLES as Record<string, Record<string, Variable<unknown>>>);
  return [HEADER, ...groups.map(([name, variables]) => renderGroup(name, variables))].join('\n');
}

function renderGroup(name: string, variables: Record<string, Variable<unknown>>): string {
  const title = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const lines = Object.entries(variables).map(([key, variable]) => renderVariable(key, variable));
  return `# --- ${title} ---\n\n${lines.join('\n')}`;
}

function renderVariable(name: string, variable: Variable<unknown>): string {
  const notes = variable.secret ? [variable.doc, 'Secret.'] : [variable.doc];
  if (isRequired(variable))
    return `# ${['Required.', ...notes].join(' ')}\n${name}=${variable.example ?? ''}\n`;
  if (variable.example) notes.push(`Example: ${variable.example}`);
  return `# ${notes.join(' ')}\n# ${name}=${variable.default ?? ''}\n`;
}

function isRequired(variable: Variable<unknown>): boolean {
  return variable.default === undefined && !variable.optional;
}
