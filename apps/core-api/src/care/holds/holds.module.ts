import { Module } from '@nestjs/common';
import { DomainsModule } from '../../organizations/domains/domains.module';
import { SpecialistsModule } from '../../people/specialists/specialists.module';
import { AppointmentsModule } from '../appointments/appointments.module';
import { SchedulingModule } from '../scheduling/scheduling.module';
import { HoldEventsService } from './hold-events.service';
import { HoldStore } from './hold-store';
import { HoldsController } from './holds.controller';
import { HoldsService } from './holds.service';
import { PortalTypesController } from './portal-types.controller';
import { PublicBookingController } from './public-booking.controller';
import { PublicTypesService } from './public-types.service';
import { StrangerRepository } from './stranger.repository';

@Module({
  imports: [DomainsModule, SchedulingModule, AppointmentsModule, SpecialistsModule],
  controllers: [HoldsController, PublicBookingController, PortalTypesController],
  providers: [HoldsService, PublicTypesService, HoldStore, HoldEventsService, StrangerRepository],
})
export class HoldsModule {}
