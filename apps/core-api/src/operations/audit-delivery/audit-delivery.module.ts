import { Module } from '@nestjs/common';
import { OutboxModule } from '../outbox/outbox.module';
import { AuditDeliveryController } from './audit-delivery.controller';
import { AuditDeliveryService } from './audit-delivery.service';

@Module({
  imports: [OutboxModule],
  controllers: [AuditDeliveryController],
  providers: [AuditDeliveryService],
})
export class AuditDeliveryModule {}
