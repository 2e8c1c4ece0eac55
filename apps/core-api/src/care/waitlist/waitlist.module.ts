import { Module } from '@nestjs/common';
import { SettingsModule } from '../../organizations/settings/settings.module';
import { MessagingModule } from '../../outreach/messaging/messaging.module';
import { PatientsModule } from '../../people/patients/patients.module';
import { AppointmentsModule } from '../appointments/appointments.module';
import { SchedulingModule } from '../scheduling/scheduling.module';
import { WaitlistController } from './waitlist.controller';
import { WaitlistOffersService } from './waitlist-offers.service';
import { WaitlistRepository } from './waitlist.repository';
import { WaitlistPlacesService } from './waitlist-places.service';
import { WaitlistSchedule } from './waitlist.schedule';
import { WaitlistService } from './waitlist.service';

@Module({
  imports: [AppointmentsModule, SchedulingModule, PatientsModule, SettingsModule, MessagingModule],
  controllers: [WaitlistController],
  providers: [
    WaitlistService,
    WaitlistPlacesService,
    WaitlistOffersService,
    WaitlistSchedule,
    WaitlistRepository,
  ],
})
export class WaitlistModule {}
