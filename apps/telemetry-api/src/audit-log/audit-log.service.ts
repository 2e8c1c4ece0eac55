import { Injectable } from '@nestjs/common';
import type {
  AuditGetRequest,
  AuditGetResponse,
  AuditLogEntry,
  AuditSearchRequest,
  AuditSearchResponse,
} from '@restartix/contracts';
import { EnvelopeError, envelopeVersion, openEnvelope } from '@restartix/crypto';
import { PlatformLogger } from '@restartix/logging';
import { KeyringService } from '../integrity/keyring.service';
import { ProofsService } from '../integrity/proofs.service';
import { addressPlace } from './address-sealer';
import { auditLogEntry } from './audit-log.mapper';
import { AuditLogRepository } from './audit-log.repository';
import type { AuditLogRow } from './audit-log.row';

/** Shows an organization its own entries of the audit log. */
@Injectable()
export class AuditLogService {
  private readonly logger: PlatformLogger;

  constructor(
    private readonly entries: AuditLogRepository,
    private readonly keyring: KeyringService,
    private readonly proofs: ProofsService,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('audit-log');
  }

  /** A page of the organization's entries, newest first. */
  async search(request: AuditSearchRequest): Promise<AuditSearchResponse> {
    const { organization_id, filters, before, page_size, reveal_identity } = request;
    const rows = await this.entries.search(organization_id, filters, before, page_size + 1);
    const page = rows.slice(0, page_size);
    const last = rows.length > page_size ? page.at(-1) : undefined;
    return {
      entries: await Promise.all(page.map((row) => this.entry(row, reveal_identity))),
      next: last ? { timestamp: last.timestamp.toISOString(), event_id: last.event_id } : null,
    };
  }

  /** One entry of the organization with its proof; null when it has none of this id. */
  async get({ organization_id, event_id, reveal_identity }: AuditGetRequest): Promise<AuditGetResponse> {
    const [row, newest] = await Promise.all([
      this.entries.find(organization_id, event_id),
      this.proofs.newest(organization_id),
    ]);
    if (!row) return { entry: null };
    const [entry, proof] = await Promise.all([
      this.entry(row, reveal_identity),
      this.proofs.inclusion(organization_id, Number(row.leaf_index), newest),
    ]);
    return { entry: { ...entry, proof } };
  }

  private async entry(row: AuditLogRow, revealIdentity: boolean): Promise<AuditLogEntry> {
    return auditLogEntry(row, revealIdentity ? await this.openEmail(row) : null);
  }

  private async openEmail(row: AuditLogRow): Promise<string | null> {
    if (row.user_email === null) return null;
    const key = await this.keyring.dataKey(envelopeVersion(row.user_email));
    try {
      return openEnvelope(key, row.user_email, addressPlace(row));
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      this.logger.warn('An address in the audit log does not open', { event_id: row.event_id });
      return null;
    }
  }
}
