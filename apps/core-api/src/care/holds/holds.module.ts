import { Module } from '@nestjs/common';
import { SpecialistsModule } from '../../people/specialists/specialists.module';
import { AppointmentsModule } from '../appointments/appointments.module';
import { SchedulingModule } from '../scheduling/scheduling.module';
import { HoldEventsService } from './hold-events.service';
import { HoldStore } from './hold-store';
import { HoldsController } from './holds.controller';
import { HoldsService } from './holds.service';
import { PublicBookingController } from './public-booking.controller';
import { PublicTypesService } from './public-types.service';
import { StrangerRepository } from './stranger.repository';

@Module({
  imports: [SchedulingModule, AppointmentsModule, SpecialistsModule],
  controllers: [HoldsController, PublicBookingController],
  providers: [HoldsService, PublicTypesService, HoldStore, HoldEventsService, StrangerRepository],
})
export class HoldsModule {}
