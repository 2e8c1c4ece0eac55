import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { getQueueToken } from '@nestjs/bullmq';
import { requireContext } from '@restartix/context';
import { DomainError, unavailable } from '@restartix/errors';
import type { Queue } from 'bullmq';
import type { JobDefinition, StoredJob } from './job-definition';
import { KEEP_FAILED, type QueueOptions } from './queue-options';
import { QueueConnection } from './queue-connection';
import { QUEUE_OPTIONS } from './tokens';

/** How long a count of waiting jobs is believed; what this process adds meanwhile is counted on top. */
const COUNT_LIVES_MS = 200;

interface Depth {
  at: number;
  jobs: number;
}

/** Puts jobs into their queues. */
@Injectable()
export class JobProducer implements OnModuleInit, OnApplicationShutdown {
  private readonly depths = new Map<string, Depth>();
  /** Per queue: jobs that have a place and are not stored yet; a count may not see them. */
  private readonly onTheWay = new Map<string, number>();
  /** Counts under way: who asks meanwhile takes the same one. */
  private readonly counting = new Map<string, Promise<Depth>>();

  constructor(
    @Inject(QUEUE_OPTIONS) private readonly options: QueueOptions,
    private readonly connection: QueueConnection,
    private readonly modules: ModuleRef,
  ) {}

  /** Without a listener of ours BullMQ prints each failed attempt to connect. */
  onModuleInit(): void {
    if (!this.connection.gate) return;
    for (const { queue } of this.options.jobs) this.queue(queue).on('error', () => undefined);
  }

  /**
   * Stores a job under the ids of the open context. Throws `queue_unavailable` (within about a second) while Redis is
   * away or not configured, `rate_limited` when the queue is full, and an Error for a payload of another kind.
   */
  async add<P extends object>(definition: JobDefinition<P>, payload: P): Promise<void> {
    if (!definition.isPayload(payload)) throw new Error(`The payload is no ${definition.name}`);
    const { gate } = this.connection;
    if (!gate) throw unavailable('queue_unavailable');
    const { requestId, organizationId } = requireContext();
    const job: StoredJob = { context: { request_id: requestId, organization_id: organizationId }, payload };
    const queue = this.queue(definition.queue);
    await gate.run(async () => {
      await this.claimPlace(queue);
      this.onTheWay.set(queue.name, this.adding(queue.name) + 1);
      try {
        await queue.add(definition.name, job, {
          attempts: definition.attempts,
          backoff: { type: 'custom' },
          removeOnComplete: true,
          removeOnFail: KEEP_FAILED,
        });
      } finally {
        this.onTheWay.set(queue.name, this.adding(queue.name) - 1);
      }
    });
  }

  /** How many jobs of a queue are not finished. */
  async depth(name: string): Promise<number> {
    const { gate } = this.connection;
    if (!gate) return 0;
    return gate.run(() => this.count(this.queue(name)));
  }

  onApplicationShutdown(): void {
    this.connection.close();
  }

  private adding(name: string): number {
    return this.onTheWay.get(name) ?? 0;
  }

  private queue(name: string): Queue {
    return this.modules.get<Queue>(getQueueToken(name), { strict: false });
  }

  /** Takes a place in the queue, or throws rate_limited. What is claimed at once is counted one after another. */
  private async claimPlace(queue: Queue): Promise<void> {
    const limit = this.options.queues[queue.name]?.limit ?? Number.POSITIVE_INFINITY;
    const last = this.depths.get(queue.name);
    const isFresh = last !== undefined && Date.now() - last.at < COUNT_LIVES_MS && last.jobs < limit;
    const depth = isFresh ? last : await this.counted(queue);
    if (depth.jobs >= limit) {
      throw new DomainError('rate_limited', {
        detail: 'Too much is waiting already.',
        headers: { 'Retry-After': '5' },
      });
    }
    depth.jobs += 1;
  }

  private counted(queue: Queue): Promise<Depth> {
    let counting = this.counting.get(queue.name);
    if (!counting) {
      counting = this.count(queue)
        .then((jobs) => {
          const depth = { at: Date.now(), jobs: jobs + this.adding(queue.name) };
          this.depths.set(queue.name, depth);
          return depth;
        })
        .finally(() => this.counting.delete(queue.name));
      this.counting.set(queue.name, counting);
    }
    return counting;
  }

  private async count(queue: Queue): Promise<number> {
    const counts = await queue.getJobCounts('wait', 'delayed', 'prioritized', 'active');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }
}
