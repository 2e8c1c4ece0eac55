import { Injectable } from '@nestjs/common';
import type { PartitionOutcome, RetentionHold, RetentionHoldLift } from '@restartix/contracts';
import { MaintainerDatabase, WriterDatabase } from '../platform/telemetry-databases';

/** A partition that is past its term, as audit.retention_plan answers it. */
export interface PlannedPartition {
  partition_name: string;
  range_from: Date | null;
  range_to: Date | null;
  events: string;
  patients: string;
  outcome: PartitionOutcome;
  held_by: string[];
  noticed_at: Date | null;
}

/** A notice or a drop whose event is not in the log yet. */
export interface UnrecordedStep {
  event_id: string;
  step: 'notice' | 'drop';
  organization_id: number;
  partition_name: string;
  range_from: Date;
  range_to: Date;
  events: string;
  patients: string;
  happened_at: Date;
}

export interface DroppedPart {
  organization_id: number;
  events: string;
  patients: string;
}

/** Holds, and the guarded functions that plan, announce and make drops of partitions. */
@Injectable()
export class RetentionRepository {
  constructor(
    private readonly writer: WriterDatabase,
    private readonly maintainer: MaintainerDatabase,
  ) {}

  async place({ hold_id, organization_id, patient_id }: RetentionHold): Promise<void> {
    await this.writer.query(
      `insert into integrity.legal_holds (hold_id, organization_id, patient_id) values ($1, $2, $3)
       on conflict (organization_id, hold_id) do nothing`,
      [hold_id, organization_id, patient_id],
    );
  }

  /** Lifts the organization's hold; one that is not there needs no lifting. */
  async lift({ hold_id, organization_id }: RetentionHoldLift): Promise<void> {
    await this.writer.query(
      `insert into integrity.legal_hold_lifts (organization_id, hold_id)
       select organization_id, hold_id from integrity.legal_holds where hold_id = $1 and organization_id = $2
       on conflict (organization_id, hold_id) do nothing`,
      [hold_id, organization_id],
    );
  }

  /** What of an organization would go on a moment. */
  planOf(organizationId: number, moment: Date, days: number): Promise<PlannedPartition[]> {
    return this.writer.query('select * from audit.retention_plan($1, $2, $3)', [
      moment,
      days,
      organizationId,
    ]);
  }

  /** What of the whole log would go on a moment. */
  plan(moment: Date, days: number): Promise<PlannedPartition[]> {
    return this.maintainer.query('select * from audit.retention_plan($1, $2)', [moment, days]);
  }

  /** Announces what is due and was not announced before. */
  notice(moment: Date, days: number): Promise<{ partition_name: string }[]> {
    return this.maintainer.query('select partition_name from audit.notice_due_partitions($1, $2)', [
      moment,
      days,
    ]);
  }

  /** Drops a partition and answers what went; see audit.drop_partition for what it refuses. */
  drop(partition: string, moment: Date, days: number, noticeDays: number): Promise<DroppedPart[]> {
    return this.maintainer.query(
      'select organization_id, events, patients from audit.drop_partition($1, $2, $3, $4)',
      [partition, moment, days, noticeDays],
    );
  }

  /** Notices and drops whose events are still to be recorded, the oldest first. */
  unrecorded(): Promise<UnrecordedStep[]> {
    return this.writer.query(
      `select * from (
         select event_id, 'notice' as step, 0 as organization_id, partition_name, range_from, range_to,
           events, patients, noticed_at as happened_at from integrity.retention_notices
         union all
         select event_id, 'drop', organization_id, partition_name, range_from, range_to,
           events, patients, dropped_at from integrity.retention_drops) step
       where not exists (select from integrity.leaves leaf where leaf.event_id = step.event_id)
       order by happened_at, event_id`,
    );
  }
}
