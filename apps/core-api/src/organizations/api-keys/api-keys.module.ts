import { Module } from '@nestjs/common';
import { ApiKeyResolver } from '@restartix/tenancy';
import { ApiKeyUses } from './api-key-uses';
import { ApiKeysController } from './api-keys.controller';
import { ApiKeysRepository } from './api-keys.repository';
import { ApiKeysService } from './api-keys.service';
import { PresentedApiKeys } from './presented-api-keys';

@Module({
  controllers: [ApiKeysController],
  providers: [
    ApiKeysService,
    ApiKeysRepository,
    ApiKeyUses,
    { provide: ApiKeyResolver, useClass: PresentedApiKeys },
  ],
  exports: [ApiKeyResolver],
})
export class ApiKeysModule {}
