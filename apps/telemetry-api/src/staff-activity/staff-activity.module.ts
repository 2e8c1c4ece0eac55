import { Module } from '@nestjs/common';
import { StaffActivityController } from './staff-activity.controller';
import { StaffActivityRepository } from './staff-activity.repository';
import { StaffActivityService } from './staff-activity.service';

@Module({
  controllers: [StaffActivityController],
  providers: [StaffActivityService, StaffActivityRepository],
  exports: [StaffActivityService],
})
export class StaffActivityModule {}
