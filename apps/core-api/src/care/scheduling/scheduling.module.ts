import { Module } from '@nestjs/common';
import { AppointmentTypesController } from './appointment-types.controller';
import { AppointmentTypesRepository } from './appointment-types.repository';
import { AppointmentTypesService } from './appointment-types.service';
import { AvailabilityController } from './availability.controller';
import { AvailabilityRepository } from './availability.repository';
import { AvailabilityService } from './availability.service';
import { SchedulesController } from './schedules.controller';
import { SchedulesRepository } from './schedules.repository';
import { SchedulesService } from './schedules.service';

@Module({
  controllers: [AppointmentTypesController, SchedulesController, AvailabilityController],
  providers: [
    ...[AppointmentTypesService, AppointmentTypesRepository, SchedulesService, SchedulesRepository],
    ...[AvailabilityService, AvailabilityRepository],
  ],
  exports: [AppointmentTypesService, AvailabilityService],
})
export class SchedulingModule {}
