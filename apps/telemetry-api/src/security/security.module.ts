import { Module } from '@nestjs/common';
import { GeoModule } from '../geo/geo.module';
import { SecurityController } from './security.controller';
import { SecurityRepository } from './security.repository';
import { SecurityService } from './security.service';
import { TravelRepository } from './travel.repository';
import { TravelService } from './travel.service';

@Module({
  imports: [GeoModule],
  controllers: [SecurityController],
  providers: [SecurityService, SecurityRepository, TravelService, TravelRepository],
  exports: [SecurityService],
})
export class SecurityModule {}
