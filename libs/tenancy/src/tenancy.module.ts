import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { AuthGuard } from './guards/auth.guard';
import { PermissionGuard } from './guards/permission.guard';
import { SessionGuard } from './guards/session.guard';
import { StepUpGuard } from './guards/step-up.guard';
import { TenantGuard } from './guards/tenant.guard';

/** Puts the five guards before every route of the application, in their order. */
@Module({})
export class TenancyModule {
  /** `imports` bring the providers of TokenVerifier, IdentityResolver and SessionPolicy. */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: TenancyModule,
      imports,
      providers: [
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_GUARD, useClass: TenantGuard },
        { provide: APP_GUARD, useClass: SessionGuard },
        { provide: APP_GUARD, useClass: PermissionGuard },
        { provide: APP_GUARD, useClass: StepUpGuard },
      ],
    };
  }
}
