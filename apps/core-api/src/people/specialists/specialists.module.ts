import { Module } from '@nestjs/common';
import { SpecialistsController } from './specialists.controller';
import { SpecialistsRepository } from './specialists.repository';
import { SpecialistsService } from './specialists.service';

@Module({ controllers: [SpecialistsController], providers: [SpecialistsService, SpecialistsRepository] })
export class SpecialistsModule {}
