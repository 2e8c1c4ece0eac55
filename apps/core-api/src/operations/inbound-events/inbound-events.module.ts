import { Module } from '@nestjs/common';
import { InboundEventsExpiry } from './inbound-events-expiry';
import { InboundEventsRepository } from './inbound-events.repository';
import { InboundEventsService } from './inbound-events.service';
import { InboundEventsWorker } from './inbound-events.worker';

@Module({
  providers: [InboundEventsService, InboundEventsRepository, InboundEventsWorker, InboundEventsExpiry],
  exports: [InboundEventsService],
})
export class InboundEventsModule {}
