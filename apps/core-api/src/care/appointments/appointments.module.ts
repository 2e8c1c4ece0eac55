import { Module } from '@nestjs/common';
import { CareModule } from '../../access/care/care.module';
import { UsageModule } from '../../operations/analytics-edge/usage.module';
import { SettingsModule } from '../../organizations/settings/settings.module';
import { MessagingModule } from '../../outreach/messaging/messaging.module';
import { PatientsModule } from '../../people/patients/patients.module';
import { SpecialistsModule } from '../../people/specialists/specialists.module';
import { SchedulingModule } from '../scheduling/scheduling.module';
import { AppointmentRecordsService } from './appointment-records.service';
import { AppointmentCipher } from './appointment.cipher';
import { AppointmentsController } from './appointments.controller';
import { AppointmentsMapper } from './appointments.mapper';
import { AppointmentsRepository } from './appointments.repository';
import { AppointmentsService } from './appointments.service';
import { BookedPatientsService } from './booked-patients.service';
import { BookingService } from './booking.service';
import { CareEndsSchedule } from './care-ends.schedule';
import { CareEndsService } from './care-ends.service';
import { LifecycleService } from './lifecycle.service';
import { OffersService } from './offers.service';
import { OutcomesService } from './outcomes.service';
import { TimesService } from './times.service';
import { VisitRulesService } from './visit-rules.service';

@Module({
  imports: [
    SchedulingModule,
    PatientsModule,
    SpecialistsModule,
    SettingsModule,
    CareModule,
    MessagingModule,
    UsageModule,
  ],
  controllers: [AppointmentsController],
  providers: [
    ...[AppointmentsService, AppointmentsRepository, AppointmentsMapper, AppointmentCipher],
    ...[BookingService, LifecycleService, VisitRulesService, TimesService],
    ...[AppointmentRecordsService, BookedPatientsService, OffersService, OutcomesService],
    ...[CareEndsService, CareEndsSchedule],
  ],
  exports: [AppointmentsService, TimesService, OffersService],
})
export class AppointmentsModule {}
