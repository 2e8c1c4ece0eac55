import { Injectable } from '@nestjs/common';
import { MaintainerDatabase } from '../platform/telemetry-databases';

/** A month's partition and what became of it. */
export interface PartitionState {
  partition_name: string;
  outcome: 'present' | 'created' | 'held by the default partition';
}

@Injectable()
export class PartitionsRepository {
  constructor(private readonly database: MaintainerDatabase) {}

  /** Makes the missing partitions from this month on; none on a hypertable. */
  ensure(monthsAhead: number): Promise<PartitionState[]> {
    return this.database.query<PartitionState>('select * from audit.ensure_partitions($1)', [monthsAhead]);
  }
}
