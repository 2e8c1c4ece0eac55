import { Module } from '@nestjs/common';
import { ExplainController } from './explain.controller';
import { ExplainRepository } from './explain.repository';
import { ExplainService } from './explain.service';

@Module({ controllers: [ExplainController], providers: [ExplainService, ExplainRepository] })
export class ExplainModule {}
