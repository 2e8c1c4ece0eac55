import { Module } from '@nestjs/common';
import { PatientsModule } from '../patients/patients.module';
import { MyProfileController } from './my-profile.controller';
import { PatientProfileController } from './patient-profile.controller';
import { ProfileCipher } from './profile.cipher';
import { ProfilesRepository } from './profiles.repository';
import { ProfilesService } from './profiles.service';

@Module({
  imports: [PatientsModule],
  controllers: [MyProfileController, PatientProfileController],
  providers: [ProfilesService, ProfilesRepository, ProfileCipher],
})
export class ProfilesModule {}
