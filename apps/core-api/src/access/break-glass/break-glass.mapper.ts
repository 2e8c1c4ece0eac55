import { Injectable } from '@nestjs/common';
import { Clock } from '@restartix/context';
import type { BreakGlass, BreakGlassReview } from '@restartix/contracts';
import { KeyRing } from '@restartix/keys';
import { placeOf } from '../../platform/places';
import {
  breakGlassStateAt,
  reviewDueAt,
  reviewStateAt,
  type BreakGlassRow,
  type ReviewRow,
} from './break-glass.policy';

/** Seals and opens what was said of a break-glass, and gives rows the API's form. */
@Injectable()
export class BreakGlassMapper {
  constructor(
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  sealReason(organizationId: number, id: string, reason: string): Promise<string> {
    return this.keys.seal(organizationId, reason, reasonPlace(organizationId, id));
  }

  sealNote(organizationId: number, id: string, note: string): Promise<string> {
    return this.keys.seal(organizationId, note, notePlace(organizationId, id));
  }

  async present(row: BreakGlassRow): Promise<BreakGlass> {
    const { organization_id, id, user_id, role, patient_id, purpose } = row;
    const now = this.clock.now();
    return {
      ...{ id, organization_id, patient_id, user_id, role, purpose },
      reason: await this.keys.open(organization_id, row.reason, reasonPlace(organization_id, id)),
      state: breakGlassStateAt(row, now),
      opened_at: row.opened_at.toISOString(),
      expires_at: row.expires_at.toISOString(),
      closed_at: row.closed_at?.toISOString() ?? null,
      review: reviewStateAt(row, row.reviews.length, now),
      review_due_at: reviewDueAt(row).toISOString(),
      reviews: await Promise.all(row.reviews.map((review) => this.review(organization_id, review))),
    };
  }

  private async review(organizationId: number, row: ReviewRow): Promise<BreakGlassReview> {
    const { id, reviewed_by, verdict } = row;
    const note = await this.keys.open(organizationId, row.note, notePlace(organizationId, id));
    return { id, reviewed_by, verdict, note, reviewed_at: row.reviewed_at.toISOString() };
  }
}

const reasonPlace = (organizationId: number, id: string): string =>
  placeOf(organizationId, 'break_glass_sessions', 'reason', id);
const notePlace = (organizationId: number, id: string): string =>
  placeOf(organizationId, 'break_glass_reviews', 'note', id);
