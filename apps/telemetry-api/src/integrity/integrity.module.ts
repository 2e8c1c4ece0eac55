import { Module } from '@nestjs/common';
import { CheckpointSigner } from './checkpoint-signer';
import { IntegrityService } from './integrity.service';
import { KeyringService } from './keyring.service';
import { KeysRepository } from './keys.repository';
import { LeavesRepository } from './leaves.repository';
import { LogReaderService } from './log-reader.service';
import { ProofsController } from './proofs.controller';
import { ProofsService } from './proofs.service';
import { SealerService } from './sealer.service';
import { TreeRepository } from './tree.repository';

@Module({
  controllers: [ProofsController],
  providers: [
    CheckpointSigner,
    IntegrityService,
    KeyringService,
    KeysRepository,
    LeavesRepository,
    LogReaderService,
    ProofsService,
    SealerService,
    TreeRepository,
  ],
  exports: [IntegrityService, KeyringService, LogReaderService, ProofsService, SealerService],
})
export class IntegrityModule {}
