import { Module } from '@nestjs/common';
import { StaffActivityController } from './staff-activity.controller';
import { StaffActivityService } from './staff-activity.service';

@Module({ controllers: [StaffActivityController], providers: [StaffActivityService] })
export class StaffActivityModule {}
