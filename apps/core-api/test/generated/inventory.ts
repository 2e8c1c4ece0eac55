import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Permission } from '@restartix/contracts';

/** A route as core-api declares it. */
export interface Door {
  /** Method and template, such as "GET /v1/patients/:id". */
  route: string;
  access: 'public' | 'authenticated' | 'member' | Permission;
  reason?: string;
  /** Speaks of how its caller signs in. */
  about_login?: boolean;
  events: string[];
  each?: boolean;
  perPatient?: string[];
  shows?: string;
}

const PROGRAM = join(__dirname, '../../../../dist/apps/core-api/src/inventory.js');

/** Every route of core-api as the built application declares it. */
export function readInventory(): Door[] {
  const text = execFileSync(process.execPath, [PROGRAM], { encoding: 'utf8' });
  return (JSON.parse(text) as { routes: Door[] }).routes;
}

/** Routes that need a token. */
export const closedDoors = (): Door[] => readInventory().filter(({ access }) => access !== 'public');
