import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import { map, type Observable } from 'rxjs';
import { isRegistered } from './audit-trail';
import { readAudit } from './audited.decorator';

type Thing = { id?: unknown };

/** What a reply shows: one thing or several under `data`, as every answer has it. Any other form shows who knows what. */
function thingsIn(reply: unknown): Thing[] | undefined {
  const data: unknown = (reply as { data?: unknown } | undefined)?.data;
  return typeof data === 'object' && data !== null ? ([data].flat() as Thing[]) : undefined;
}

/** Withholds an answer that shows a protected thing nobody registered: no health data leaves without its event. */
@Injectable()
export class PhiReplyInterceptor implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const shows = readAudit(execution.getHandler())?.shows;
    if (!shows) return next.handle();
    const context = requireContext();
    return next.handle().pipe(
      map((reply: unknown) => {
        if (!thingsIn(reply)?.every(({ id }) => isRegistered(context, shows, String(id)))) {
          throw new DomainError('unregistered_phi');
        }
        return reply;
      }),
    );
  }
}
