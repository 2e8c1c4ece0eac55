import { Module } from '@nestjs/common';
import { ProvisioningRepository } from './provisioning.repository';
import { ProvisioningService } from './provisioning.service';

@Module({ providers: [ProvisioningService, ProvisioningRepository], exports: [ProvisioningService] })
export class ProvisioningModule {}
