import type { INestApplicationContext } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { handledJob, type JobDefinition } from './job-definition';

/** Every kind of job an application handles, by name. */
export function listJobs(app: INestApplicationContext): JobDefinition<object>[] {
  const providers = new DiscoveryService(app.get(ModulesContainer)).getProviders();
  const kinds = providers.map(({ metatype }) => (metatype ? handledJob(metatype) : undefined));
  return [...new Set(kinds)]
    .filter((kind) => kind !== undefined)
    .sort((a, b) => a.name.localeCompare(b.name));
}
