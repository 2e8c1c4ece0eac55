import { Module } from '@nestjs/common';
import { SpecialtiesController } from './specialties.controller';
import { SpecialtiesRepository } from './specialties.repository';
import { SpecialtiesService } from './specialties.service';

@Module({ controllers: [SpecialtiesController], providers: [SpecialtiesService, SpecialtiesRepository] })
export class SpecialtiesModule {}
