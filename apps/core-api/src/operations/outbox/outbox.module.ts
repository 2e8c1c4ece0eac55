import { Module } from '@nestjs/common';
import { AuditSink } from '@restartix/audit';
import { DeliveryLog } from './delivery-log';
import { DeliveryWatch } from './delivery-watch.service';
import { OutboxRelay } from './outbox.relay';
import { OutboxRepository } from './outbox.repository';
import { OutboxSink } from './outbox.sink.repository';

@Module({
  providers: [
    DeliveryLog,
    DeliveryWatch,
    OutboxRepository,
    OutboxRelay,
    { provide: AuditSink, useClass: OutboxSink },
  ],
  exports: [AuditSink, DeliveryWatch],
})
export class OutboxModule {}
