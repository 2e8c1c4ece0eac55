import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { createContext, runInContext } from '@restartix/context';
import { UnrecoverableError, type Job } from 'bullmq';
import { handledJob, type JobDefinition, type JobHandler, type StoredJob } from './job-definition';
import type { QueueOptions } from './queue-options';
import { QUEUE_OPTIONS } from './tokens';

interface Handled {
  definition: JobDefinition<object>;
  instance: JobHandler<object>;
}

/** Finds the handler of each kind of job and runs it in the context the job was made in. */
@Injectable()
export class JobRunner implements OnModuleInit {
  private handlers: Map<string, Handled> | undefined;

  constructor(
    @Inject(QUEUE_OPTIONS) private readonly options: QueueOptions,
    private readonly modules: ModulesContainer,
  ) {}

  /** Fails the start of a working process in which a kind of job has no handler, or two, or is not declared. */
  onModuleInit(): void {
    if (this.options.work) this.handlers = this.findHandlers();
  }

  /** Does a job. A job that cannot be understood fails for good. */
  async run(job: Job): Promise<void> {
    this.handlers ??= this.findHandlers();
    const handled = this.handlers.get(job.name);
    if (!handled) throw new UnrecoverableError(`Nobody handles ${job.name}`);
    const { context, payload } = job.data as Partial<StoredJob>;
    if (typeof context?.request_id !== 'string' || !handled.definition.isPayload(payload)) {
      throw new UnrecoverableError(`This is no ${job.name}`);
    }
    const reopened = createContext({
      requestId: context.request_id,
      organizationId: context.organization_id ?? null,
    });
    await runInContext(reopened, () => handled.instance.handle(payload));
  }

  /** The definition behind the name of a job. */
  definitionOf(name: string): JobDefinition<object> | undefined {
    return this.options.jobs.find((definition) => definition.name === name);
  }

  private findHandlers(): Map<string, Handled> {
    const faults: string[] = [];
    const handlers = new Map<string, Handled>();
    for (const handled of this.discover()) {
      const { name } = handled.definition;
      if (!this.options.jobs.includes(handled.definition))
        faults.push(`${name} has a handler but is not declared`);
      if (handlers.has(name)) faults.push(`${name} has two handlers`);
      handlers.set(name, handled);
    }
    for (const { name } of this.options.jobs) {
      if (!handlers.has(name)) faults.push(`${name} has no handler`);
    }
    if (faults.length > 0) throw new Error(`The jobs of this process do not fit: ${faults.join('; ')}`);
    return handlers;
  }

  private discover(): Handled[] {
    const found = new Map<unknown, Handled>();
    for (const { metatype, instance } of new DiscoveryService(this.modules).getProviders()) {
      const definition = typeof metatype === 'function' ? handledJob(metatype) : undefined;
      if (definition) found.set(instance, { definition, instance: instance as JobHandler<object> });
    }
    return [...found.values()];
  }
}
