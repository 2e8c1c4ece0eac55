import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AnonymousDenials } from './anonymous-denials';
import { AuditTrail } from './audit-trail';
import { AuditedProblemFilter } from './audited-problem.filter';
import { DenialRecorder } from './denial-recorder';
import { PhiReplyInterceptor } from './phi-reply.interceptor';

/**
 * Binds the captures to a service: reads, denials, and answers that nobody registered. The service is started with
 * {@link AuditedProblemFilter} as its problem filter.
 */
@Module({})
export class AuditModule {
  /** `imports` bring UnitOfWork, AuditSink and PlatformLogger. */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: AuditModule,
      global: true,
      imports,
      providers: [
        AuditTrail,
        AnonymousDenials,
        DenialRecorder,
        AuditedProblemFilter,
        { provide: APP_INTERCEPTOR, useClass: PhiReplyInterceptor },
      ],
      exports: [AuditTrail, AuditedProblemFilter],
    };
  }
}
