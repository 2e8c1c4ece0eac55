import type { Provisioned, ProvisionedOrganization } from '@restartix/testing';

/** What was loaded, without the tokens: those are minted anew by every start. Its file exists once all is loaded. */
export interface Demo {
  organizations: Omit<ProvisionedOrganization, 'tokens'>[];
  superadminSubject: string;
}

export const DEMO_FILE = 'demo.json';
export const KEYS_FILE = 'keys.json';
export const LAB_FILE = 'lab.json';
/** What an outsider checks the audit log with: its copy outside of the database, and the public key. */
export const AUDIT_COPY = 'audit-copy';
export const AUDIT_KEY_FILE = 'audit-public-key.pem';

export function demoOf({ organizations, superadminSubject }: Provisioned): Demo {
  return { superadminSubject, organizations: organizations.map(({ tokens: _, ...rest }) => rest) };
}
