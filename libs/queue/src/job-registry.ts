import { DiscoveryService, type ModulesContainer } from '@nestjs/core';
import { handledJob, type JobDefinition, type JobHandler } from './job-definition';
import type { QueueOptions } from './queue-options';

type Providers = ReturnType<DiscoveryService['getProviders']>;

/**
 * Which provider handles which kind of job. Made before anything connects, so that a working process in which a kind
 * of job has no handler, or two, or is not declared, does not start.
 */
export class JobRegistry {
  private readonly handlers = new Map<string, Providers[number]>();

  constructor(
    private readonly options: QueueOptions,
    modules: ModulesContainer,
  ) {
    if (!options.work) return;
    const faults = [...this.collect(new DiscoveryService(modules).getProviders()), ...this.missing()];
    if (faults.length > 0) throw new Error(`The jobs of this process do not fit: ${faults.join('; ')}`);
  }

  definition(name: string): JobDefinition<object> | undefined {
    return this.options.jobs.find((definition) => definition.name === name);
  }

  handler(name: string): JobHandler<object> | undefined {
    return this.handlers.get(name)?.instance as JobHandler<object> | undefined;
  }

  private collect(providers: Providers): string[] {
    const faults: string[] = [];
    const seen = new Set<unknown>();
    for (const provider of providers) {
      const { metatype } = provider;
      const definition = typeof metatype === 'function' ? handledJob(metatype) : undefined;
      if (!definition || seen.has(metatype)) continue;
      seen.add(metatype);
      const { name } = definition;
      if (!this.options.jobs.includes(definition)) faults.push(`${name} has a handler but is not declared`);
      if (this.handlers.has(name)) faults.push(`${name} has two handlers`);
      this.handlers.set(name, provider);
    }
    return faults;
  }

  private missing(): string[] {
    const names = this.options.jobs.map(({ name }) => name).filter((name) => !this.handlers.has(name));
    return names.map((name) => `${name} has no handler`);
  }
}
