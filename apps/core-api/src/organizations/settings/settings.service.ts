import { Injectable } from '@nestjs/common';
import {
  FEATURE_FLAGS,
  type FeatureFlag,
  type OrganizationSettings,
  type SsoConnection,
  type UpdateSettingsRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, notFound } from '@restartix/errors';
import { assertSteppedUp, currentSession, isSignedInAt } from '@restartix/tenancy';
import { caller } from '../../platform/caller';
import { assertSomething } from '../../platform/columns';
import { SettingsRepository } from './settings.repository';

/** What holds while an organization has said nothing. */
const DEFAULTS: Omit<OrganizationSettings, 'feature_flags'> = {
  timezone: 'Europe/Bucharest',
  locale: 'en',
  public_booking: false,
  require_licence: false,
  waitlist_offer_minutes: 30,
  care_days_after_visit: 30,
  low_rating_threshold: 2,
  sso: null,
};

/** Settings and feature flags of the active organization. */
@Injectable()
export class SettingsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: SettingsRepository,
  ) {}

  /** Throws not_found for any organization but the active one. */
  read(id: number): Promise<OrganizationSettings> {
    if (caller().organizationId !== id) throw notFound();
    return this.current();
  }

  /**
   * Throws not_found as {@link read}, validation_error for an empty change, step_up_required for one of SSO without a
   * fresh second factor, or conflict for a demand of SSO that the caller's own session does not meet.
   */
  async change(
    id: number,
    { feature_flags = {}, sso, ...settings }: UpdateSettingsRequest,
  ): Promise<OrganizationSettings> {
    if (caller().organizationId !== id) throw notFound();
    assertSomething({ ...settings, ...feature_flags, sso });
    if (sso !== undefined) assertSteppedUp('sso');
    if (sso) assertSignedInAt(sso);
    return this.uow.run(async () => {
      const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
      if (Object.keys(given).length > 0)
        await this.repository.put(id, { ...DEFAULTS, ...(await this.repository.find()), ...given });
      if (sso !== undefined) await this.repository.demandSso(id, sso);
      for (const [name, enabled] of Object.entries(feature_flags))
        await this.repository.putFlag(id, name, enabled);
      return this.current();
    });
  }

  /** What holds in the organization of the unit of work. */
  current(): Promise<OrganizationSettings> {
    return this.uow.run(async () => {
      const flags = await this.repository.flags();
      return {
        ...DEFAULTS,
        ...(await this.repository.find()),
        feature_flags: { ...FEATURE_FLAGS, ...flags } as Record<FeatureFlag, boolean>,
      };
    });
  }
}

/** Nobody can lock out the staff, themselves first, by a word that is wrong. */
function assertSignedInAt(sso: SsoConnection): void {
  const session = currentSession();
  if (!session || !isSignedInAt(session, sso)) throw conflict('You are not signed in there yourself.');
}
