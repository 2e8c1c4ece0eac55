import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { Clock, requireContext } from '@restartix/context';
import { PLATFORM_ORGANIZATION, type MySession } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { notFound } from '@restartix/errors';
import { KeyRing } from '@restartix/keys';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { clientPlace, toMySession, type SessionClient } from './my-session.mapper';
import { sessionRules } from './session-rules';
import { SessionsRepository, type SessionRow } from './sessions.repository';

/** What users see of their own sessions, and how they end them. */
@Injectable()
export class MySessionsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
    private readonly repository: SessionsRepository,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  /** Open ones, last used first. */
  async list(): Promise<MySession[]> {
    const { userId, sessionId } = this.caller();
    const usedSince = new Date(this.clock.now().getTime() - sessionRules(this.config).idle);
    const rows = await this.repository.listOpen(userId, usedSince);
    return Promise.all(
      rows.map(async (row) => toMySession(row, await this.clientOf(row), row.id === sessionId)),
    );
  }

  /** Ends one, which may be the current one; nothing more happens to one that is over. Throws not_found. */
  async end(id: string): Promise<void> {
    const { userId, sessionId } = this.caller();
    const reason = id === sessionId ? 'signed_out' : 'revoked';
    await this.uow.run(async () => {
      const ended = await this.repository.endOf(userId, { only: id }, reason, this.clock.now());
      if (ended.length === 0 && !(await this.repository.isOf(userId, id))) throw notFound();
      const details = { reason, ended: ended.length };
      this.trail.record({ action: 'logout', resourceType: 'session', resourceId: id, details });
    });
  }

  /** Ends all but the current one. */
  async endOthers(): Promise<void> {
    const { userId, sessionId } = this.caller();
    await this.uow.run(async () => {
      const ended = await this.repository.endOf(userId, { except: sessionId }, 'revoked', this.clock.now());
      const details = { reason: 'revoked', sessions: ended.map(({ id }) => id) };
      this.trail.record({ action: 'logout', resourceType: 'session', details });
    });
  }

  private async clientOf({ id, client }: Pick<SessionRow, 'id' | 'client'>): Promise<SessionClient> {
    if (client === null) return { address: null, user_agent: null };
    return JSON.parse(await this.keys.open(PLATFORM_ORGANIZATION, client, clientPlace(id))) as SessionClient;
  }

  private caller(): { userId: string; sessionId: string } {
    const { actor } = requireContext();
    return { userId: actor?.userId ?? '', sessionId: actor?.sessionId ?? '' };
  }
}
