import { Injectable } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import { MessagingPort, type OutgoingMessage } from './messaging.port';

/** Where no vendor is configured: a line per message that says which, and nothing of whom or what. */
@Injectable()
export class LogMessagingAdapter extends MessagingPort {
  constructor(private readonly logger: PlatformLogger) {
    super();
  }

  send({ id, template, channel }: OutgoingMessage): Promise<void> {
    this.logger.info('A message was sent', { message_id: id, template, channel });
    return Promise.resolve();
  }
}
