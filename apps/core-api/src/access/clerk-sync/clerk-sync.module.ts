import { Module } from '@nestjs/common';
import { InboundEventsModule } from '../../operations/inbound-events/inbound-events.module';
import { SessionsModule } from '../sessions/sessions.module';
import { ClerkSyncRepository } from './clerk-sync.repository';
import { ClerkSyncService } from './clerk-sync.service';
import { ClerkWebhookAdapter } from './clerk-webhook.adapter';
import { ClerkWebhookVerifier } from './clerk-webhook.port';
import { ClerkWebhooksController } from './clerk-webhooks.controller';

@Module({
  imports: [InboundEventsModule, SessionsModule],
  controllers: [ClerkWebhooksController],
  providers: [
    ClerkSyncService,
    ClerkSyncRepository,
    { provide: ClerkWebhookVerifier, useClass: ClerkWebhookAdapter },
  ],
})
export class ClerkSyncModule {}
