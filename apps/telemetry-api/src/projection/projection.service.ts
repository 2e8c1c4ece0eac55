import { setTimeout } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import { StoredEventsService } from '../audit-log/stored-events.service';
import { ProofsService } from '../integrity/proofs.service';
import { SecurityService } from '../security/security.service';
import { StaffActivityService } from '../staff-activity/staff-activity.service';
import { ProjectionRepository } from './projection.repository';

/** Events of a log taken in one transaction: few, because whoever asks meanwhile waits while they are read. */
const STEP = 250;
const IDLE_MS = 500;
const BUSY_MS = 10;
const RETRY_MS = 5_000;
const SETTLE_EVERY_MS = 60_000;

/** Reads the sealed logs into security events and staff activity. Any number of instances; each event exactly once. */
@Injectable()
export class ProjectionService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: PlatformLogger;
  private readonly stop = new AbortController();
  private running: Promise<void> | undefined;
  private settledAt = 0;

  constructor(
    private readonly repository: ProjectionRepository,
    private readonly proofs: ProofsService,
    private readonly events: StoredEventsService,
    private readonly security: SecurityService,
    private readonly staff: StaffActivityService,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('projection');
  }

  onApplicationBootstrap(): void {
    this.running = this.repeat();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  /** One step in each log that has grown; how many events were taken. */
  async round(): Promise<number> {
    const [logs, positions] = await Promise.all([this.proofs.sealed(), this.repository.positions()]);
    const isSettling = Date.now() - this.settledAt >= SETTLE_EVERY_MS;
    if (isSettling) this.settledAt = Date.now();
    let taken = 0;
    for (const { organizationId, size } of logs) {
      const hasGrown = size > (positions.get(organizationId) ?? 0);
      if (hasGrown || isSettling) taken += (await this.step(organizationId, size)) ?? 0;
    }
    return taken;
  }

  private step(organizationId: number, size: number): Promise<number | null> {
    return this.repository.advance(organizationId, async (sql, from) => {
      const to = Math.max(from, Math.min(from + STEP, size));
      if (to > from) {
        const leaves = await this.proofs.leaves(organizationId, from, to - from);
        const entries = await this.events.rows(leaves.map(({ eventId }) => eventId));
        await this.security.take(sql, organizationId, entries);
        await this.staff.take(sql, entries);
      }
      await this.security.settle(sql, organizationId);
      return to;
    });
  }

  /** A failed round is reported and left to the next one. */
  private async repeat(): Promise<void> {
    while (!this.stop.signal.aborted) {
      let pause = IDLE_MS;
      try {
        if ((await this.round()) > 0) pause = BUSY_MS;
      } catch (error) {
        this.logger.warn('Reading the log failed and is tried again', { error });
        pause = RETRY_MS;
      }
      await setTimeout(pause, undefined, { signal: this.stop.signal, ref: false }).catch(() => undefined);
    }
  }
}
