import {
  Catch,
  Injectable,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { currentContext } from '@restartix/context';
import type { Problem } from '@restartix/contracts';
import { DomainError, PROBLEM_MEDIA_TYPE, toProblem } from '@restartix/errors';
import { PlatformLogger } from '@restartix/logging';
import type { Request, Response } from 'express';
import { allowedMethods, routeOf } from '../routes/route-table';
import { toDomainError } from './to-domain-error';

/**
 * The one place where errors become answers: RFC 9457 documents. The message of an unknown error never leaves the
 * process; it is logged, redacted, with the request id of the answer.
 */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(protected readonly logger: PlatformLogger) {}

  /**
   * Runs before the answer is sent, for whoever records refusals. A DomainError thrown here becomes the answer
   * instead; anything else becomes internal_error.
   */
  protected onProblem(_problem: Problem, _error: unknown, _request: Request): Promise<void> {
    return Promise.resolve();
  }

  async catch(exception: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const requestId = currentContext()?.requestId;
    let error = this.translate(exception, request);
    this.report(error, request);
    try {
      await this.onProblem(toProblem(error, requestId), exception, request);
    } catch (failure) {
      error = toDomainError(failure);
      this.report(error, request);
    }
    send(response, error, toProblem(error, requestId));
  }

  private translate(exception: unknown, request: Request): DomainError {
    if (!(exception instanceof NotFoundException)) return toDomainError(exception);
    const methods = allowedMethods(request);
    if (methods.length === 0) return new DomainError('not_found');
    return new DomainError('method_not_allowed', { headers: { Allow: methods.join(', ') } });
  }

  private report(error: DomainError, request: Request): void {
    const { status } = toProblem(error);
    if (status < 500) return;
    const route = routeOf(request);
    const fields = {
      code: error.code,
      method: request.method,
      route: route?.path,
      error: error.cause ?? error,
    };
    if (status === 503) this.logger.warn('A dependency is away', fields);
    else this.logger.error('A request failed', fields);
  }
}

function send(response: Response, error: DomainError, problem: Problem): void {
  if (response.headersSent) {
    response.destroy(); // half an answer must not look like a whole one
    return;
  }
  const body = Buffer.from(JSON.stringify(problem));
  response.removeHeader('ETag');
  response.statusCode = problem.status;
  response.setHeader('Content-Type', PROBLEM_MEDIA_TYPE);
  response.setHeader('Content-Length', body.length);
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  response.end(body);
}
