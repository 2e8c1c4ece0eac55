import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module';
import { CaregiversController } from './caregivers.controller';
import { CaregiversRepository } from './caregivers.repository';
import { CaregiversService } from './caregivers.service';

@Module({
  imports: [PatientsModule],
  controllers: [CaregiversController],
  providers: [CaregiversService, CaregiversRepository],
})
export class CaregiversModule {}
