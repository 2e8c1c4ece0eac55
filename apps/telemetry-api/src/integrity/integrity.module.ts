import { Module } from '@nestjs/common';
import { IntegrityService } from './integrity.service';
import { KeyringService } from './keyring.service';
import { KeysRepository } from './keys.repository';
import { LeavesRepository } from './leaves.repository';

@Module({
  providers: [IntegrityService, KeyringService, KeysRepository, LeavesRepository],
  exports: [IntegrityService, KeyringService],
})
export class IntegrityModule {}
