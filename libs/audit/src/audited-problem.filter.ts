import { Catch, Injectable } from '@nestjs/common';
import type { Problem } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';
import { ProblemFilter, readAccess, routeOf, type Route } from '@restartix/http';
import { PlatformLogger } from '@restartix/logging';
import type { Request } from 'express';
import { DenialRecorder, type RefusedRequest } from './denial-recorder';

const IDENTIFIER = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[1-9]\d{0,8})$/i;

/**
 * The problem filter of a service whose refusals are audited: a refusal whose event cannot be written becomes 503. A
 * failure is answered as what it is; that its event is missing is logged.
 */
@Catch()
@Injectable()
export class AuditedProblemFilter extends ProblemFilter {
  constructor(
    logger: PlatformLogger,
    private readonly denials: DenialRecorder,
  ) {
    super(logger);
  }

  protected override async onProblem(problem: Problem, _error: unknown, request: Request): Promise<void> {
    try {
      await this.denials.record(problem, refusedRequest(request));
    } catch (error) {
      this.logger.error('A refusal could not be recorded', { code: problem.code, error });
      if (problem.status < 500) throw new DomainError('audit_unavailable', { cause: error });
    }
  }
}

function refusedRequest(request: Request): RefusedRequest {
  const route = routeOf(request);
  return {
    route: route ? `${route.method} ${route.path}` : request.method,
    resourceType: (route && resourceOf(route)) ?? 'api',
    resourceId: identifierIn(request.params),
  };
}

/** The resource a route's declaration speaks of, such as "patient" of "patient:read". */
function resourceOf({ handler, controller }: Route): string | undefined {
  const access = readAccess(handler, controller);
  return access?.kind === 'permission' ? access.permission.split(':')[0] : undefined;
}

/** The id an address names, if it is well formed. */
function identifierIn(parameters: Request['params'] | undefined): string | null {
  const id = Object.values(parameters ?? {})[0];
  return typeof id === 'string' && IDENTIFIER.test(id) ? id.toLowerCase() : null;
}
