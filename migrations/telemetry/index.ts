import type { MigrationClass } from '@restartix/database';
import { CreateSchemas1763700000000 } from './1763700000000-create-schemas';
import { CreateIntegrity1763700001000 } from './1763700001000-create-integrity';
import { CreateAuditLogs1763700002000 } from './1763700002000-create-audit-logs';
import { CreateSecurityPrivacyStaff1763700003000 } from './1763700003000-create-security-privacy-staff';
import { CreateCheckpoints1763700004000 } from './1763700004000-create-checkpoints';
import { CreateRetention1763713000000 } from './1763713000000-create-retention';
import { StoreAuditLogsInColumns1763713001000 } from './1763713001000-store-audit-logs-in-columns';
import { CreateVerifications1763712000000 } from './1763712000000-create-verifications';
import { FeedSecurityAndStaff1763712001000 } from './1763712001000-feed-security-and-staff';
import { OpenPrivacyRecords1763716000000 } from './1763716000000-open-privacy-records';
import { DateRetentionEvents1763720000000 } from './1763720000000-date-retention-events';
import { FindRareAuditEvents1763720001000 } from './1763720001000-find-rare-audit-events';
import { FindSignIns1763721000000 } from './1763721000000-find-sign-ins';

/** Migrations of the telemetry database, oldest first. A merged file is never changed. */
export const TELEMETRY_MIGRATIONS: MigrationClass[] = [
  CreateSchemas1763700000000,
  CreateIntegrity1763700001000,
  CreateAuditLogs1763700002000,
  CreateSecurityPrivacyStaff1763700003000,
  CreateCheckpoints1763700004000,
  CreateVerifications1763712000000,
  FeedSecurityAndStaff1763712001000,
  CreateRetention1763713000000,
  StoreAuditLogsInColumns1763713001000,
  OpenPrivacyRecords1763716000000,
  DateRetentionEvents1763720000000,
  FindRareAuditEvents1763720001000,
  FindSignIns1763721000000,
];
