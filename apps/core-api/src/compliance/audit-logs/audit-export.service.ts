import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext, runInContext, type RequestContext } from '@restartix/context';
import {
  AUDIT_EXPORT_FORMAT,
  type AuditCheckpoint,
  type AuditExportQuery,
  type AuditExportRequest,
  type AuditExportResponse,
} from '@restartix/contracts';
import { canonicalJson } from '@restartix/crypto';
import { UnitOfWork } from '@restartix/database';
import { DomainError, notFound } from '@restartix/errors';
import { ChannelClient } from '@restartix/service-channel';

const PAGE = 500;

const line = (value: object): string => `${canonicalJson(value)}\n`;

/** Hands out the sealed trail of the caller's organization as stored: nothing in it is opened. */
@Injectable()
export class AuditExportService {
  constructor(
    private readonly channel: ChannelClient,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * The lines of an export, under the newest checkpoint: a head, one line per event, an end. Each page is recorded
   * before its lines leave. Throws not_found while nothing is sealed, telemetry_unavailable.
   */
  async open({ first }: AuditExportQuery): Promise<AsyncIterable<string>> {
    const context = requireContext();
    const { organizationId } = context;
    if (organizationId === null) throw new DomainError('organization_required');
    const page = await this.page({ organization_id: organizationId, first, size: null, page_size: PAGE });
    const { checkpoint } = page;
    if (!checkpoint || first >= checkpoint.size) throw notFound();
    return this.lines(context, { organizationId, first, checkpoint }, page);
  }

  private async *lines(
    context: RequestContext,
    log: { organizationId: number; first: number; checkpoint: AuditCheckpoint },
    firstPage: AuditExportResponse,
  ): AsyncIterable<string> {
    const { organizationId, first, checkpoint } = log;
    yield line({ checkpoint: checkpoint.note, first, format: AUDIT_EXPORT_FORMAT });
    let [at, page] = [first, firstPage];
    for (;;) {
      yield page.entries.map(line).join('');
      at += page.entries.length;
      if (at >= checkpoint.size || page.entries.length === 0) break;
      const request = { organization_id: organizationId, first: at, size: checkpoint.size, page_size: PAGE };
      page = await runInContext(context, () => this.page(request));
    }
    yield line({ end: at });
  }

  private async page(request: AuditExportRequest): Promise<AuditExportResponse> {
    const page = await this.channel.post<AuditExportResponse>('/internal/v1/audit-logs/export', request);
    await this.uow.run(async () => {
      this.trail.record({
        action: 'export',
        resourceType: 'audit_log',
        resourceId: null,
        details: { first: request.first, shown: page.entries.length },
      });
    });
    return page;
  }
}
