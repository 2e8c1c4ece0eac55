import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import type { ExclusionsState, GeoState } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { ChannelClient } from '@restartix/service-channel';

/** What telemetry stands on and no organization owns; telemetry-api holds it, the platform's operator looks after it. */
@Injectable()
export class TelemetryUpkeepService {
  constructor(
    private readonly channel: ChannelClient,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  /** Puts the newest geo database in force. Throws conflict, geo_unavailable, telemetry_unavailable. */
  async updateGeo(): Promise<GeoState> {
    const state = await this.channel.post<GeoState>('/internal/v1/geo/update', {});
    await this.uow.run(async () => this.trail.record({ action: 'configure', resourceType: 'geo_database' }));
    return state;
  }

  /** The geo database in force. Throws telemetry_unavailable. */
  geo(): Promise<GeoState> {
    return this.channel.post<GeoState>('/internal/v1/geo/state', {});
  }

  /** How old the list of excluded networks is. Throws telemetry_unavailable. */
  exclusions(): Promise<ExclusionsState> {
    return this.channel.post<ExclusionsState>('/internal/v1/privacy/exclusions/state', {});
  }
}
