import { Module } from '@nestjs/common';
import { CareRepository } from './care.repository';
import { CareService } from './care.service';

@Module({ providers: [CareService, CareRepository], exports: [CareService] })
export class CareModule {}
