import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext } from '@restartix/context';
import type {
  CursorMeta,
  ListResponse,
  StaffActivity,
  StaffActivityQuery,
  StaffActivityRequest,
} from '@restartix/contracts';
import { deriveKey } from '@restartix/crypto';
import { UnitOfWork } from '@restartix/database';
import { DomainError, invalid } from '@restartix/errors';
import { ChannelClient } from '@restartix/service-channel';
import type { CoreConfig } from '../../core.config';
import { PositionCursor } from '../../platform/position-cursor';
import { CORE_CONFIG } from '../../platform/tokens';

/** What the staff of the caller's organization did, in counts per day; reading it is an event of the trail. */
@Injectable()
export class StaffActivityService {
  private readonly cursors: PositionCursor;

  constructor(
    private readonly channel: ChannelClient,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
    @Inject(CORE_CONFIG) config: CoreConfig,
  ) {
    this.cursors = new PositionCursor(deriveKey(config.BLIND_INDEX_KEY.reveal(), 'staff-activity-cursor'));
  }

  /** A page, latest first. Throws invalid_cursor, validation_error, telemetry_unavailable. */
  async list(query: StaffActivityQuery): Promise<{ data: StaffActivity[]; meta: CursorMeta }> {
    const { organizationId } = requireContext();
    if (organizationId === null) throw new DomainError('organization_required');
    const { cursor, page_size, ...filters } = query;
    if (filters.from && filters.to && Date.parse(filters.from) >= Date.parse(filters.to)) {
      throw invalid([{ field: 'from', reason: 'must be earlier than to' }]);
    }
    const before = cursor ? this.cursors.open(organizationId, query, cursor) : null;
    const request: StaffActivityRequest = { organization_id: organizationId, filters, page_size, before };
    const { items, next } = await this.channel.post<ListResponse<StaffActivity>>(
      '/internal/v1/staff-activity/search',
      request,
    );
    await this.uow.run(async () => {
      const details = { shown: items.length };
      this.trail.record({ action: 'search', resourceType: 'staff_activity', details });
    });
    const next_cursor = next && this.cursors.seal(organizationId, query, next);
    return { data: items, meta: { page_size, next_cursor } };
  }
}
