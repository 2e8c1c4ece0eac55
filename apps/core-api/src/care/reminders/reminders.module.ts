import { Module } from '@nestjs/common';
import { MessagingModule } from '../../outreach/messaging/messaging.module';
import { RemindersRepository } from './reminders.repository';
import { RemindersService } from './reminders.service';

@Module({ imports: [MessagingModule], providers: [RemindersService, RemindersRepository] })
export class RemindersModule {}
