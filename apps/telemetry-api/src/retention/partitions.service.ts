import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import { PartitionsRepository } from './partitions.repository';
import { RetentionService } from './retention.service';

const MONTHS_AHEAD = 2;
const HOUR_MS = 3_600_000;

/** Makes the partitions of the audit log ahead of time and drops those past their term. Any number of instances may. */
@Injectable()
export class PartitionsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: PlatformLogger;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly partitions: PartitionsRepository,
    private readonly retention: RetentionService,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('retention');
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.round();
    this.timer = setInterval(() => void this.round(), HOUR_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** One look; a failure is reported and left to the next: events of a month without a partition are kept anyway. */
  async round(): Promise<void> {
    try {
      for (const { partition_name, outcome } of await this.partitions.ensure(MONTHS_AHEAD)) {
        if (outcome === 'created') this.logger.info('Made a partition of the audit log', { partition_name });
        if (outcome === 'held by the default partition') {
          this.logger.warn('Events of this month stay in the default partition', { partition_name });
        }
      }
    } catch (error) {
      this.logger.warn('Partitions of the audit log could not be made ahead', { error });
    }
    await this.retention
      .round()
      .catch((error: unknown) =>
        this.logger.warn('Retention of the audit log could not be looked at', { error }),
      );
  }
}
