import { Module } from '@nestjs/common';
import { SessionTokensService } from './session-tokens.service';

@Module({ providers: [SessionTokensService], exports: [SessionTokensService] })
export class SessionTokensModule {}
