import type { Provisioned, ProvisionedOrganization } from '@restartix/testing';

/** What was loaded, without the tokens: those are minted anew by every start. Its file exists once all is loaded. */
export interface Demo {
  organizations: Omit<ProvisionedOrganization, 'tokens'>[];
  superadminSubject: string;
}

export const DEMO_FILE = 'demo.json';
export const KEYS_FILE = 'keys.json';
export const LAB_FILE = 'lab.json';

export function demoOf({ organizations, superadminSubject }: Provisioned): Demo {
  return { superadminSubject, organizations: organizations.map(({ tokens: _, ...rest }) => rest) };
}
