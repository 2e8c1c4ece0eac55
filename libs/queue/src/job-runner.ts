import { Injectable } from '@nestjs/common';
import { createContext, runInContext } from '@restartix/context';
import { UnrecoverableError, type Job } from 'bullmq';
import type { StoredJob } from './job-definition';
import { JobRegistry } from './job-registry';

/** Runs a job with its handler, in the context it was made in. */
@Injectable()
export class JobRunner {
  constructor(private readonly registry: JobRegistry) {}

  /** A job that cannot be understood fails for good; one whose handler fails is tried again. */
  async run(job: Job): Promise<void> {
    const definition = this.registry.definition(job.name);
    const handler = this.registry.handler(job.name);
    if (!definition || !handler) throw new UnrecoverableError(`Nobody handles ${job.name}`);
    const { context, payload } = job.data as Partial<StoredJob>;
    if (typeof context?.request_id !== 'string' || !definition.isPayload(payload)) {
      throw new UnrecoverableError(`This is no ${job.name}`);
    }
    const { request_id: requestId, organization_id: organizationId = null } = context;
    await runInContext(createContext({ requestId, organizationId }), () => handler.handle(payload));
  }

  /** Tells the handler that a job of its kind failed for good. */
  giveUp(name: string | undefined): void {
    if (name !== undefined) this.registry.handler(name)?.givenUp?.();
  }
}
