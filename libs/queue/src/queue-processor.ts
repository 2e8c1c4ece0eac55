import {
  Inject,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type Type,
} from '@nestjs/common';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { UnrecoverableError, type Job } from 'bullmq';
import { pauseAfter } from './job-definition';
import { JobRunner } from './job-runner';
import { connectionOptions, QueueConnection } from './queue-connection';
import { queuePrefix, type QueueOptions } from './queue-options';

/** A job whose worker died is taken up by another after this long. */
const LOCK_MS = 10_000;
/** How often a job may lose its worker before it counts as failed. */
const MAX_STALLS = 20;
const FALLBACK_BACKOFF = { firstMs: 1000, longestMs: 60_000 };

/** The worker of one queue, as @nestjs/bullmq wants it: a class of its own per queue. */
export function createProcessor(queue: string, url: string, options: QueueOptions): Type<WorkerHost> {
  const workerOptions = {
    connection: connectionOptions(url),
    prefix: queuePrefix(options.prefix),
    autorun: false,
    concurrency: options.queues[queue]?.concurrency ?? 1,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS,
    maxStalledCount: MAX_STALLS,
    settings: { backoffStrategy },
  };

  @Processor({ name: queue }, workerOptions)
  class QueueProcessor extends WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
    private readonly logger = new Logger(`queue ${queue}`);
    private isAway = false;

    constructor(
      @Inject(JobRunner) private readonly runner: JobRunner,
      @Inject(QueueConnection) private readonly connection: QueueConnection,
    ) {
      super();
    }

    process(job: Job): Promise<void> {
      return this.runner.run(job);
    }

    /** Begins when every module is ready for jobs. */
    onApplicationBootstrap(): void {
      this.worker.run().catch((error: Error) => this.onError(error));
    }

    /** Drains: finishes what is in hand. With Redis away there is nothing to tell the queue, so it just goes. */
    async beforeApplicationShutdown(): Promise<void> {
      await this.worker.close(!(await this.connection.answers()));
    }

    @OnWorkerEvent('failed')
    onFailed(job: Job | undefined, error: Error): void {
      const { attemptsMade = 0, opts } = job ?? {};
      const facts = { job: job?.name, attempt: attemptsMade, of: opts?.attempts, error };
      const isLast = error instanceof UnrecoverableError || attemptsMade >= (opts?.attempts ?? 1);
      if (!isLast) {
        this.logger.debug('A job failed and is tried again', facts);
        return;
      }
      this.logger.error('A job failed for good', facts);
      this.runner.giveUp(job?.name);
    }

    /** One line when Redis goes and one when it is back, not one per attempt to connect. */
    @OnWorkerEvent('error')
    onError(error: Error): void {
      if (!this.isAway) this.logger.warn('The queue stands still', { error });
      this.isAway = true;
    }

    @OnWorkerEvent('active')
    onActive(): void {
      if (this.isAway) this.logger.warn('The queue moves again');
      this.isAway = false;
    }
  }

  function backoffStrategy(attempts: number, _type?: string, _error?: Error, job?: { name: string }): number {
    const definition = options.jobs.find(({ name }) => name === job?.name);
    return pauseAfter(attempts, definition?.backoff ?? FALLBACK_BACKOFF);
  }

  return QueueProcessor;
}
