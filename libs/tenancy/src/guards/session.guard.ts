import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { readAccess } from '@restartix/http';
import { currentSession, SessionPolicy } from '../session';

/** Third guard: whether the session may still be used. A caller without one (a public route) passes. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly policy: SessionPolicy) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const session = currentSession();
    if (session) await this.policy.admit(session, readAccess(execution.getHandler(), execution.getClass()));
    return true;
  }
}
