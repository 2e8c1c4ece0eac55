import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { BullModule } from '@nestjs/bullmq';
import { ModulesContainer } from '@nestjs/core';
import { JobProducer } from './job-producer';
import { JobRegistry } from './job-registry';
import { JobRunner } from './job-runner';
import { QueueConnection } from './queue-connection';
import { queuePrefix, type QueueOptions } from './queue-options';
import { createProcessor } from './queue-processor';
import { QUEUE_OPTIONS } from './tokens';

@Module({})
class QueueConnectionModule {}

/** The queues of a process: {@link JobProducer} to fill them and, where it works, a worker for each. */
@Module({})
export class QueueModule {
  static register(options: QueueOptions): DynamicModule {
    const { url } = options;
    const names = [...new Set(options.jobs.map(({ queue }) => queue))];
    const connection = provideConnection(options);
    const workers =
      url !== undefined && options.work ? names.map((name) => createProcessor(name, url, options)) : [];
    const providers: Provider[] = [
      { provide: QUEUE_OPTIONS, useValue: options },
      JobProducer,
      JobRunner,
      ...workers,
    ];
    return {
      module: QueueModule,
      imports: [connection, ...(url === undefined ? [] : [registerQueues(names, connection, options)])],
      providers,
      exports: [JobProducer],
    };
  }
}

/** Connects when the process starts, not when the module is described: its description needs no Redis. */
function provideConnection(options: QueueOptions): DynamicModule {
  const registry: Provider = {
    provide: JobRegistry,
    inject: [ModulesContainer],
    useFactory: (modules: ModulesContainer) => new JobRegistry(options, modules),
  };
  const connection: Provider = {
    provide: QueueConnection,
    inject: [JobRegistry], // what does not fit together does not connect
    useFactory: () => new QueueConnection(options.url),
  };
  return {
    module: QueueConnectionModule,
    providers: [registry, connection],
    exports: [JobRegistry, QueueConnection],
  };
}

function registerQueues(names: string[], connection: DynamicModule, options: QueueOptions): DynamicModule {
  const queues = names.map((name) => ({
    name,
    imports: [connection],
    inject: [QueueConnection],
    useFactory: ({ redis }: QueueConnection) => ({ connection: redis, prefix: queuePrefix(options.prefix) }),
  }));
  return BullModule.registerQueueAsync(...queues);
}
