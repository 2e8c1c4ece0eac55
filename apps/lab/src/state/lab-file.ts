import type { MemberRole } from '@restartix/contracts';
import { tokenMint, personOf, type DatabaseUrls, type DevelopmentKeys } from '@restartix/testing';
import type { Demo } from './demo';

/** The children of a lab. */
export const CHILDREN = [
  'coreApi',
  'telemetryApi',
  'postgres',
  'telemetryPostgres',
  'redis',
  'clickhouse',
] as const;
export type ChildName = (typeof CHILDREN)[number];

/** What .lab/lab.json says: all that a client, a test or a person needs of a running lab. */
export interface LabFile {
  /** false while something is not there: before the first time, and while a killed child comes back. */
  ready: boolean;
  coreApi: string;
  telemetryApi: string;
  /** Where the metrics of each service are read. */
  metrics: { coreApi: string; telemetryApi: string };
  /** As core_app. */
  databaseUrl: string;
  /** As telemetry_writer. */
  telemetryDatabaseUrl: string;
  telemetrySuperuserUrl: string;
  clickhouseUrl: string;
  redisUrl: string;
  /** Folder of the copy of the audit log outside of the database. */
  auditCopy: string;
  /** PEM file: what its checkpoints are signed with. */
  auditPublicKey: string;
  organizations: {
    id: number;
    name: string;
    tokens: Record<MemberRole, string>;
    /** The first ten are in the specialist's care. */
    patients: string[];
  }[];
  superadminToken: string;
  /** Process ids. */
  processes: Record<ChildName, number>;
}

interface Facts {
  coreApi: string;
  telemetryApi: string;
  auditCopy: string;
  auditPublicKey: string;
  metrics: LabFile['metrics'];
  urls: DatabaseUrls;
  keys: DevelopmentKeys;
  demo: Demo;
}

/** The part of the file that stays the same while the lab runs; mints the ready-made tokens. */
export function labFacts({
  coreApi,
  telemetryApi,
  auditCopy,
  auditPublicKey,
  metrics,
  urls,
  keys,
  demo,
}: Facts): Omit<LabFile, 'ready' | 'processes'> {
  const mint = tokenMint(keys);
  return {
    coreApi,
    telemetryApi,
    metrics,
    databaseUrl: urls.databaseUrl,
    telemetryDatabaseUrl: urls.telemetry.writerUrl,
    telemetrySuperuserUrl: urls.telemetry.superuserUrl,
    clickhouseUrl: urls.clickhouseUrl,
    redisUrl: urls.redisUrl,
    auditCopy,
    auditPublicKey,
    organizations: demo.organizations.map((organization) => {
      const token = (role: MemberRole) => mint(personOf(organization, role));
      return {
        id: organization.id,
        name: organization.name,
        tokens: {
          patient: token('patient'),
          specialist: token('specialist'),
          assistant: token('assistant'),
          org_admin: token('org_admin'),
          compliance: token('compliance'),
        },
        patients: organization.patients,
      };
    }),
    superadminToken: mint({ subject: demo.superadminSubject }),
  };
}
