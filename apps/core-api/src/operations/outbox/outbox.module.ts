import { Module } from '@nestjs/common';
import { AuditSink } from '@restartix/audit';
import { OutboxRelay } from './outbox.relay';
import { OutboxRepository } from './outbox.repository';
import { OutboxSink } from './outbox.sink.repository';

@Module({
  providers: [OutboxRepository, OutboxRelay, { provide: AuditSink, useClass: OutboxSink }],
  exports: [AuditSink],
})
export class OutboxModule {}
