import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import { PLATFORM_ORGANIZATION, type Me } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { notFound } from '@restartix/errors';
import { KeyRing } from '@restartix/keys';
import { placeOf, userPlace } from '../../platform/places';
import { MeRepository, type MeRow } from './me.repository';

@Injectable()
export class MeService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: MeRepository,
    private readonly keys: KeyRing,
  ) {}

  /**
   * Who the caller is, and what they are in the active organization. Where else they are is not shown to whoever sees
   * as them.
   */
  async whoAmI(): Promise<Me> {
    const { actor, organizationId } = requireContext();
    const userId = actor?.userId ?? '';
    const row = await this.uow.run(() => this.repository.find(userId));
    if (!row) throw notFound();
    return {
      id: userId,
      email: await this.openOwn('email', userId, row.email),
      name: await this.openOwn('name', userId, row.name),
      role: actor?.role === 'anonymous' ? null : (actor?.role ?? null),
      current_organization: row.current_organization,
      organization_ids: actor?.impersonation
        ? row.organization_ids.filter((id) => id === organizationId)
        : row.organization_ids,
      specialist_id: row.specialist_id,
      specialist_name: await this.openSpecialistName(organizationId, row),
      patient_id: row.patient_id,
    };
  }

  private async openOwn(
    column: 'email' | 'name',
    userId: string,
    envelope: string | null,
  ): Promise<string | null> {
    return envelope && this.keys.open(PLATFORM_ORGANIZATION, envelope, userPlace(column, userId));
  }

  private async openSpecialistName(organizationId: number | null, row: MeRow): Promise<string | null> {
    if (organizationId === null || !row.specialist_id || !row.specialist_name) return null;
    return this.keys.open(
      organizationId,
      row.specialist_name,
      placeOf(organizationId, 'specialists', 'name', row.specialist_id),
    );
  }
}
