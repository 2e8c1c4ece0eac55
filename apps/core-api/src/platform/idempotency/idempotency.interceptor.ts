import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HTTP_CODE_METADATA } from '@nestjs/common/constants.js';
import { AuditTrail, readAudit } from '@restartix/audit';
import { Clock, requireContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { DomainError } from '@restartix/errors';
import { KeyRing } from '@restartix/keys';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { placeOf } from '../places';
import { fingerprintOf, KEPT_MS, keyOf } from './idempotency.policy';
import { IdempotencyRepository, type KeyOwner } from './idempotency.repository';

/** What is kept of an answer. */
interface Answer {
  body: unknown;
  headers: Record<string, string>;
}

const KEPT_HEADERS = ['etag', 'location'];

/**
 * A create with an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) is made once, and its answer repeated.
 * Key, create and answer are one unit of work: there is no moment at which one is there without the others, and a
 * rival with the same key waits for the first to end. What failed has left nothing, so it may be tried again.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: IdempotencyRepository,
    private readonly keys: KeyRing,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<Request>();
    const { actor, organizationId } = requireContext();
    const creates =
      request.method === 'POST' &&
      Reflect.getMetadata(HTTP_CODE_METADATA, execution.getHandler()) === undefined;
    const key = creates ? keyOf(request.headers['idempotency-key']) : undefined;
    if (key === undefined || organizationId === null || !actor?.userId) return next.handle();
    return from(this.once({ organizationId, caller: actor.userId, key }, execution, next));
  }

  private once(owner: KeyOwner, execution: ExecutionContext, next: CallHandler): Promise<unknown> {
    const request = execution.switchToHttp().getRequest<Request>();
    const response = execution.switchToHttp().getResponse<Response>();
    const fingerprint = fingerprintOf(request.method, request.originalUrl, request.body);
    const now = this.clock.now();
    return this.uow.run(async () => {
      const isFirst = await this.repository.take(owner, fingerprint, now, new Date(now.getTime() + KEPT_MS));
      if (!isFirst)
        return this.repeat(owner, fingerprint, response, readAudit(execution.getHandler())?.shows);
      const body: unknown = await lastValueFrom(next.handle());
      await this.repository.keep(owner, await this.seal(owner, { body, headers: headersOf(response) }));
      return body;
    });
  }

  /** The answer of the first request. Showing it again is an access like any other. */
  private async repeat(
    owner: KeyOwner,
    fingerprint: string,
    response: Response,
    shows: string | undefined,
  ): Promise<unknown> {
    const kept = await this.repository.find(owner);
    if (!kept?.answer) throw new Error('A key that is taken has no answer');
    if (kept.fingerprint !== fingerprint) throw new DomainError('idempotency_key_reused');
    const place = placeOf(owner.organizationId, 'idempotency_keys', 'answer', `${owner.caller}:${owner.key}`);
    const { body, headers } = JSON.parse(
      await this.keys.open(owner.organizationId, kept.answer, place),
    ) as Answer;
    const thing = (body as { data?: { id?: string; patient_id?: string | null } }).data;
    if (shows && thing?.id) {
      const patientId = shows === 'patient' ? thing.id : (thing.patient_id ?? undefined);
      this.trail.recordShown('view', shows, [{ id: thing.id, patientId }]);
    }
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('Idempotency-Replayed', 'true');
    return body;
  }

  private seal(owner: KeyOwner, answer: Answer): Promise<string> {
    const place = placeOf(owner.organizationId, 'idempotency_keys', 'answer', `${owner.caller}:${owner.key}`);
    return this.keys.seal(owner.organizationId, JSON.stringify(answer), place);
  }
}

function headersOf(response: Response): Record<string, string> {
  const given = KEPT_HEADERS.map((name) => [name, response.getHeader(name)] as const);
  return Object.fromEntries(
    given.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
