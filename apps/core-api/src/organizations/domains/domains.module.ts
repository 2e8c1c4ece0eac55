import { Module } from '@nestjs/common';
import { DnsTextRecords, TextRecords } from './text-records.adapter';
import { DomainsController } from './domains.controller';
import { DomainsRepository } from './domains.repository';
import { DomainsService } from './domains.service';
import { ResolveController } from './resolve.controller';

@Module({
  controllers: [DomainsController, ResolveController],
  providers: [DomainsService, DomainsRepository, { provide: TextRecords, useClass: DnsTextRecords }],
  exports: [DomainsService],
})
export class DomainsModule {}
