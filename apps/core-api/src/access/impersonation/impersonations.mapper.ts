import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import type { Impersonation, ImpersonationState } from '@restartix/contracts';
import { KeyRing } from '@restartix/keys';
import { placeOf } from '../../platform/places';
import type { ImpersonationRow } from './impersonations.repository';

/** Seals and opens why, and gives rows the API's form. */
@Injectable()
export class ImpersonationsMapper {
  constructor(
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  sealReason(organizationId: number, id: string, reason: string): Promise<string> {
    return this.keys.seal(organizationId, reason, reasonPlace(organizationId, id));
  }

  async present(row: ImpersonationRow): Promise<Impersonation> {
    const { organization_id, id, patient_id, user_id, role } = row;
    return {
      ...{ id, patient_id, user_id, role, state: this.stateOf(row) },
      reason: await this.keys.open(organization_id, row.reason, reasonPlace(organization_id, id)),
      started_at: row.started_at.toISOString(),
      expires_at: row.expires_at.toISOString(),
      ended_at: row.ended_at?.toISOString() ?? null,
    };
  }

  private stateOf({ ended_at, expires_at }: ImpersonationRow): ImpersonationState {
    if (ended_at) return 'ended';
    return expires_at <= this.clock.now() ? 'expired' : 'live';
  }
}

const reasonPlace = (organizationId: number, id: string): string =>
  placeOf(organizationId, 'impersonations', 'reason', id);
