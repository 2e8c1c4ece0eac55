import { Inject, Injectable } from '@nestjs/common';
import type {
  RetentionHold,
  RetentionHoldLift,
  RetentionPartition,
  RetentionPlan,
  RetentionPlanRequest,
} from '@restartix/contracts';
import { PlatformLogger } from '@restartix/logging';
import { AuditRecorderService, type OwnEvent } from '../audit-log/audit-recorder.service';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { RetentionRepository, type PlannedPartition, type UnrecordedStep } from './retention.repository';

const DAY_MS = 86_400_000;

/** Keeps the audit log for its term, drops whole partitions after it, and never what a legal hold keeps. */
@Injectable()
export class RetentionService {
  private readonly logger: PlatformLogger;
  private readonly days: number;
  private readonly noticeDays: number;

  constructor(
    private readonly repository: RetentionRepository,
    private readonly recorder: AuditRecorderService,
    @Inject(TELEMETRY_CONFIG) config: TelemetryConfig,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('retention');
    this.days = config.AUDIT_RETENTION_DAYS;
    this.noticeDays = config.AUDIT_RETENTION_NOTICE_DAYS;
  }

  /** From its return on nothing of the hold's subject is dropped. */
  place(hold: RetentionHold): Promise<void> {
    return this.repository.place(hold);
  }

  lift(hold: RetentionHoldLift): Promise<void> {
    return this.repository.lift(hold);
  }

  /** What would be dropped of an organization's log on a day, and what is kept. Changes nothing. */
  async plan({ organization_id, on }: RetentionPlanRequest, now = new Date()): Promise<RetentionPlan> {
    const day = on ?? now.toISOString().slice(0, 10);
    const moment = on === null ? now : new Date(`${on}T00:00:00Z`);
    const partitions = await this.repository.planOf(organization_id, moment, this.days);
    return {
      on: day,
      retention_days: this.days,
      notice_days: this.noticeDays,
      partitions: partitions.map(shown),
    };
  }

  /**
   * Announces what has become due, drops what was announced long enough ago, and sees to it that both are in the log.
   * Any number of instances may do it at once; `now` may be the past, never the future.
   */
  async round(now = new Date()): Promise<void> {
    for (const { partition_name } of await this.repository.notice(now, this.days)) {
      this.logger.warn('A partition of the audit log is due to be dropped', {
        partition_name,
        notice_days: this.noticeDays,
      });
    }
    const announcedBefore = now.getTime() - this.noticeDays * DAY_MS;
    for (const { partition_name, outcome, noticed_at } of await this.repository.plan(now, this.days)) {
      if (outcome !== 'due' || !noticed_at || noticed_at.getTime() > announcedBefore) continue;
      await this.drop(partition_name, now);
    }
    for (const step of await this.repository.unrecorded()) await this.recorder.recordOwn(eventOf(step));
  }

  private async drop(partition: string, now: Date): Promise<void> {
    try {
      const parts = await this.repository.drop(partition, now, this.days, this.noticeDays);
      const events = parts.reduce((sum, part) => sum + Number(part.events), 0);
      this.logger.warn('Dropped a partition of the audit log', { partition_name: partition, events });
    } catch (error) {
      this.logger.error('A partition of the audit log could not be dropped', {
        partition_name: partition,
        error,
      });
    }
  }
}

const iso = (time: Date | null): string | null => time?.toISOString() ?? null;

const shown = (planned: PlannedPartition): RetentionPartition => ({
  partition: planned.partition_name,
  from: iso(planned.range_from),
  to: iso(planned.range_to),
  events: Number(planned.events),
  patients: Number(planned.patients),
  outcome: planned.outcome,
  held_by: planned.held_by,
  noticed_at: iso(planned.noticed_at),
});

const eventOf = (step: UnrecordedStep): OwnEvent => ({
  event_id: step.event_id,
  timestamp: step.happened_at.toISOString(),
  organization_id: step.organization_id,
  action: step.step === 'drop' ? 'delete' : 'configure',
  resource_type: 'audit_partition',
  resource_id: step.partition_name,
  details: {
    description:
      step.step === 'drop' ? 'Dropped after its term' : 'Due: it is dropped after the days of notice',
    from: step.range_from.toISOString(),
    to: step.range_to.toISOString(),
    events: Number(step.events),
    patients: Number(step.patients),
  },
});
