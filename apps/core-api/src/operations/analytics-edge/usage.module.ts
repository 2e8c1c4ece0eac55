import { Module } from '@nestjs/common';
import { ConsentsModule } from '../../people/consents/consents.module';
import { UsageService } from './usage.service';

@Module({ imports: [ConsentsModule], providers: [UsageService], exports: [UsageService] })
export class UsageModule {}
