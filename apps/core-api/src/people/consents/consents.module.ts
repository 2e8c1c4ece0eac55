import { Module } from '@nestjs/common';
import { ConsentsRepository } from './consents.repository';
import { ConsentsService } from './consents.service';

@Module({ providers: [ConsentsService, ConsentsRepository], exports: [ConsentsService] })
export class ConsentsModule {}
