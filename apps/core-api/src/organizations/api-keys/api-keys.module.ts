import { Module } from '@nestjs/common';
import { ApiKeyResolver } from '@restartix/tenancy';
import { ApiKeyUses } from './api-key-uses';
import { ApiKeysController } from './api-keys.controller';
import { ApiKeysRepository } from './api-keys.repository';
import { ApiKeysService } from './api-keys.service';
import { ApiKeyAttempts } from './api-key-attempts';
import { ApiKeyAttemptsRepository } from './api-key-attempts.repository';
import { KeyNetworks } from './key-networks';
import { PresentedApiKeys } from './presented-api-keys';

@Module({
  controllers: [ApiKeysController],
  providers: [
    ApiKeysService,
    ApiKeysRepository,
    ApiKeyUses,
    ApiKeyAttempts,
    ApiKeyAttemptsRepository,
    KeyNetworks,
    { provide: ApiKeyResolver, useClass: PresentedApiKeys },
  ],
  exports: [ApiKeyResolver],
})
export class ApiKeysModule {}
