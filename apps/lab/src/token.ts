import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MEMBER_ROLES, type MemberRole } from '@restartix/contracts';
import { workspaceRoot } from '@restartix/embedded';
import { personOf, tokenMint, type DevelopmentKeys, type TokenOptions } from '@restartix/testing';
import { DEMO_FILE, KEYS_FILE, type Demo } from './state/demo';
import { LabFolder } from './state/lab-folder';

const USAGE = `npm run -s token -- --organization <id> --role <${MEMBER_ROLES.join('|')}> [--user <Clerk user id>] [--expires <seconds>]
npm run -s token -- --role superadmin`;

/** A request for a token that cannot be met; the message says why. */
class TokenRequestError extends Error {}

interface Asked {
  organization?: string;
  role?: string;
  user?: string;
  expires?: string;
}

/** Prints a session token of the lab. */
function main(): void {
  const { values } = parseArgs({
    options: {
      organization: { type: 'string' },
      role: { type: 'string' },
      user: { type: 'string' },
      expires: { type: 'string' },
      dir: { type: 'string', default: join(workspaceRoot(), '.lab') },
    },
  });
  const folder = new LabFolder(values.dir);
  const keys = folder.read<DevelopmentKeys>(KEYS_FILE);
  const demo = folder.read<Demo>(DEMO_FILE);
  if (!keys || !demo) throw new TokenRequestError('There is no lab yet; run: npm start');
  process.stdout.write(`${tokenMint(keys)({ ...whoFor(demo, values), ...until(values.expires) })}\n`);
}

function whoFor(demo: Demo, { organization: id, role, user }: Asked): TokenOptions {
  if (role === 'superadmin' && id === undefined) return { subject: user ?? demo.superadminSubject };
  if (!isMemberRole(role)) throw new TokenRequestError(`--role is missing or unknown.\n${USAGE}`);
  const organization = demo.organizations.find((candidate) => String(candidate.id) === id);
  if (!organization) {
    const known = demo.organizations.map((candidate) => `${candidate.id} (${candidate.name})`).join(', ');
    throw new TokenRequestError(`--organization is missing or unknown; there are ${known}.\n${USAGE}`);
  }
  const person = personOf(organization, role);
  return { ...person, subject: user ?? person.subject };
}

const isMemberRole = (word: string | undefined): word is MemberRole =>
  (MEMBER_ROLES as readonly (string | undefined)[]).includes(word);

function until(expires: string | undefined): { expiresInSeconds?: number } {
  if (expires === undefined) return {};
  if (!/^-?\d+$/.test(expires)) throw new TokenRequestError(`--expires takes seconds.\n${USAGE}`);
  return { expiresInSeconds: Number(expires) };
}

try {
  main();
} catch (error) {
  const isUsage = String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${(error as Error).message}${isUsage ? `\n${USAGE}` : ''}\n`);
  process.exitCode = 1;
}
