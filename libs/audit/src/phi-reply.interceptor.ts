import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import { DomainError } from '@restartix/errors';
import { map, type Observable } from 'rxjs';
import { isRegistered } from './audit-trail';
import { readAudit } from './audited.decorator';

interface Reply {
  data?: { id?: unknown } | { id?: unknown }[];
}

/** Withholds an answer that shows a protected thing nobody registered: no health data leaves without its event. */
@Injectable()
export class PhiReplyInterceptor implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const shows = readAudit(execution.getHandler())?.shows;
    if (!shows) return next.handle();
    const context = requireContext();
    return next.handle().pipe(
      map((reply: Reply) => {
        const things = [reply.data ?? []].flat();
        if (!things.every((thing) => isRegistered(context, shows, String(thing.id)))) {
          throw new DomainError('unregistered_phi');
        }
        return reply;
      }),
    );
  }
}
