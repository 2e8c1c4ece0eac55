import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { AuthGuard } from './guards/auth.guard';
import { PermissionGuard } from './guards/permission.guard';
import { TenantGuard } from './guards/tenant.guard';

/** Puts the three guards before every route of the application, in their order. */
@Module({})
export class TenancyModule {
  /** `imports` bring the providers of TokenVerifier and IdentityResolver. */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: TenancyModule,
      imports,
      providers: [
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_GUARD, useClass: TenantGuard },
        { provide: APP_GUARD, useClass: PermissionGuard },
      ],
    };
  }
}
