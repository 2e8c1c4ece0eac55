import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { ApiKeyGate } from './guards/api-key.gate';
import { AuthGuard } from './guards/auth.guard';
import { PermissionGuard } from './guards/permission.guard';
import { SessionGuard } from './guards/session.guard';
import { StepUpGuard } from './guards/step-up.guard';
import { TenantGuard } from './guards/tenant.guard';

/** Puts the five guards before every route of the application, in their order. */
@Module({})
export class TenancyModule {
  /** `imports` bring the providers of TokenVerifier, IdentityResolver, SessionPolicy and ApiKeyResolver. */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: TenancyModule,
      imports,
      providers: [
        ApiKeyGate,
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_GUARD, useClass: TenantGuard },
        { provide: APP_GUARD, useClass: SessionGuard },
        { provide: APP_GUARD, useClass: PermissionGuard },
        { provide: APP_GUARD, useClass: StepUpGuard },
      ],
    };
  }
}
