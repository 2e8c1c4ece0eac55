import { Module } from '@nestjs/common';
import { LogMessagingAdapter } from './log.adapter';
import { MessageDispatcher } from './message-dispatcher';
import { MessagingPort } from './messaging.port';
import { MessagingRepository } from './messaging.repository';
import { MessagingService } from './messaging.service';

@Module({
  providers: [
    MessagingService,
    MessagingRepository,
    MessageDispatcher,
    { provide: MessagingPort, useClass: LogMessagingAdapter },
  ],
  exports: [MessagingService],
})
export class MessagingModule {}
