import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import type { AnalyticsEvent } from '@restartix/contracts';
import { v5 as uuidv5 } from 'uuid';
import { ConsentsService } from '../../people/consents/consents.service';
import { AnalyticsBufferService } from './analytics-buffer.service';

/** Namespace of the ids of events the platform records by itself. */
const NAMESPACE = '6f1c2a9e-5f0b-4c52-9f57-2f6b8a1d7c11';

type Properties = Record<string, string | number | boolean | null>;

/** What the platform records of its own accord when a patient uses it, beside what their app tells. */
@Injectable()
export class UsageService {
  constructor(
    private readonly consents: ConsentsService,
    private readonly buffer: AnalyticsBufferService,
  ) {}

  /**
   * Records that the caller did something; call it after the commit. `key` stands for the thing it happened to: the
   * same name and key is one event however often it is recorded. Returns at once: nobody's care waits for a count, and
   * what cannot be buffered is dropped and counted.
   */
  record(name: string, key: string, properties: Properties = {}): void {
    const { actor, organizationId } = requireContext();
    if (!actor?.userId || organizationId === null) return;
    const event: AnalyticsEvent = {
      event_id: uuidv5(`${organizationId}/${name}/${key}`, NAMESPACE),
      name,
      properties,
      timestamp: new Date().toISOString(),
    };
    void this.offer(organizationId, actor.userId, event).catch(() =>
      this.buffer.countDropped('analytics', 1),
    );
  }

  private async offer(organizationId: number, userId: string, event: AnalyticsEvent): Promise<void> {
    const { clientAddress, userAgent } = requireContext();
    const { level, policyVersion } = await this.consents.currentLevel();
    await this.buffer.offer({
      class: 'analytics',
      organization_id: organizationId,
      user_id: userId,
      consent_level: level,
      consent_policy_version: policyVersion,
      consent_at: event.timestamp,
      client_address: clientAddress,
      user_agent: userAgent,
      received_at: event.timestamp,
      events: [event],
    });
  }
}
