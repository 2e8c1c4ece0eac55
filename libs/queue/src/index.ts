export { HandlesJob, type JobDefinition, type JobHandler } from './job-definition';
export { listJobs } from './list-jobs';
export { JobProducer } from './job-producer';
export { QueueModule } from './queue.module';
export type { QueueOptions } from './queue-options';
