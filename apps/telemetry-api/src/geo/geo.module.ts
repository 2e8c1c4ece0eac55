import { Module } from '@nestjs/common';
import { GeoSource } from './geo-source.port';
import { GeoController } from './geo.controller';
import { GeoService } from './geo.service';
import { MaxmindDownload } from './maxmind-download.adapter';

@Module({
  controllers: [GeoController],
  providers: [GeoService, { provide: GeoSource, useClass: MaxmindDownload }],
  exports: [GeoService],
})
export class GeoModule {}
