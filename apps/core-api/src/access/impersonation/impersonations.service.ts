import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import {
  pageMeta,
  type ImpersonateRequest,
  type Impersonation,
  type ImpersonationListQuery,
  type ImpersonationToken,
  type PageMeta,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, DomainError, forbidden, notFound } from '@restartix/errors';
import { AlertPort } from '@restartix/logging';
import { currentSession } from '@restartix/tenancy';
import { v7 as uuidv7 } from 'uuid';
import { caller } from '../../platform/caller';
import { ImpersonationTokens } from '../../platform/impersonation-tokens';
import { ImpersonationsMapper } from './impersonations.mapper';
import { ImpersonationsRepository } from './impersonations.repository';

/** Seeing what a patient sees: who may, for how long, and that the patient and compliance see that it was done. */
@Injectable()
export class ImpersonationsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ImpersonationsRepository,
    private readonly tokens: ImpersonationTokens,
    private readonly mapper: ImpersonationsMapper,
    private readonly trail: AuditTrail,
    private readonly alerts: AlertPort,
  ) {}

  /**
   * Begins one, in the caller's session, and gives the token for it. Throws not_found, conflict when the patient has no
   * login to see as.
   */
  async start(patientId: string, { reason }: ImpersonateRequest): Promise<ImpersonationToken> {
    const { role, organizationId, userId } = caller();
    const session = currentSession();
    if (!userId || !session) throw new DomainError('unauthenticated');
    if (role !== 'assistant' && role !== 'org_admin') throw forbidden();
    const id = uuidv7();
    const sealed = await this.mapper.sealReason(organizationId, id, reason);
    const started = await this.uow.run(async () => {
      const login = await this.repository.loginOf(patientId);
      if (!login) throw notFound();
      if (!login.user_id) throw conflict('This patient has no login.');
      const expires = await this.repository.insert({
        ...{ organization_id: organizationId, id, user_id: userId, role, session_id: session.id },
        ...{ patient_id: patientId, patient_user_id: login.user_id, reason: sealed },
      });
      const thing = { resourceType: 'patient', resourceId: patientId, patientId };
      const details = { impersonation_id: id, impersonated_user_id: login.user_id };
      this.trail.record({ action: 'impersonate', ...thing, details });
      this.trail.allow('impersonation', id);
      return { user_id: login.user_id, expires_at: expires.toISOString() };
    });
    const summary = 'Somebody of the staff began to see what a patient sees.';
    this.alerts.raise({ code: 'impersonation_started', severity: 'warning', summary });
    return { id, impersonation_id: id, ...started, token: this.tokens.sign(id) };
  }

  async list(query: ImpersonationListQuery): Promise<{ data: Impersonation[]; meta: PageMeta }> {
    const { rows, total } = await this.uow.run(async () => {
      const found = await this.repository.list(query);
      const shown = found.rows.map(({ id, patient_id }) => ({ id, patientId: patient_id }));
      this.trail.recordShown('search', 'impersonation', shown);
      return found;
    });
    return {
      data: await Promise.all(rows.map((row) => this.mapper.present(row))),
      meta: pageMeta(query, total),
    };
  }

  /** Ends it before its time. Throws not_found, transition_not_allowed when it has ended. */
  async end(id: string): Promise<Impersonation> {
    const row = await this.uow.run(async () => {
      if (!(await this.repository.exists(id))) throw notFound();
      const ended = await this.repository.end(id);
      if (!ended) throw new DomainError('transition_not_allowed');
      this.trail.allow('impersonation', id);
      return ended;
    });
    return this.mapper.present(row);
  }
}
