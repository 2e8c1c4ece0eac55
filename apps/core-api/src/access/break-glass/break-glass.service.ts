import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@restartix/audit';
import { requireContext, runInContext } from '@restartix/context';
import {
  BREAK_GLASS_MINUTES,
  type BreakGlass,
  type BreakGlassPurpose,
  type OpenBreakGlassRequest,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { conflict, DomainError, forbidden, notFound } from '@restartix/errors';
import { AlertPort } from '@restartix/logging';
import { currentSession } from '@restartix/tenancy';
import { v7 as uuidv7 } from 'uuid';
import { MessagingService } from '../../outreach/messaging/messaging.service';
import { BreakGlassMapper } from './break-glass.mapper';
import { isPurposeOf, type OpenerRole } from './break-glass.policy';
import { BreakGlassRepository } from './break-glass.repository';

/** Who opens, in which session, and in whose organization. */
interface Opener {
  userId: string;
  role: OpenerRole;
  sessionId: string;
  organizationId: number;
}

/** Opening a record that is closed to the caller, and closing it again. */
@Injectable()
export class BreakGlassService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: BreakGlassRepository,
    private readonly mapper: BreakGlassMapper,
    private readonly messages: MessagingService,
    private readonly trail: AuditTrail,
    private readonly alerts: AlertPort,
  ) {}

  /**
   * Opens one record to the caller's session for a short time. The patient and the organization's compliance staff are
   * told in the same unit, or it is not opened. Throws not_found without such a record, conflict when it is open
   * already or something of another organization is, forbidden for a purpose of another role.
   */
  async open(request: OpenBreakGlassRequest): Promise<BreakGlass> {
    const opener = openerOf();
    assertPurpose(opener.role, request.purpose);
    const organizationId = await this.organizationOf(request.patient_id);
    const { hasPatient, compliance } = await this.uow.asSystem(
      'look before break-glass',
      organizationId,
      () => this.repository.look(request.patient_id),
    );
    if (!hasPatient) throw notFound();
    const id = uuidv7();
    const reason = await this.mapper.sealReason(organizationId, id, request.reason);
    const row = await runInContext({ ...requireContext(), organizationId }, () =>
      this.uow.run(() => this.write({ ...opener, organizationId, id, reason }, request, compliance)),
    );
    const summary = 'A record was opened by break-glass.';
    this.alerts.raise({ code: 'break_glass_opened', severity: 'warning', summary });
    return this.mapper.present({ ...row, reviews: [] });
  }

  /** Ends it before its time. Throws not_found, transition_not_allowed when it has ended. */
  async close(id: string): Promise<BreakGlass> {
    const { organizationId } = requireContext();
    if (organizationId === null) throw new DomainError('organization_required');
    const row = await this.uow.run(async () => {
      if (!(await this.repository.find(id))) throw notFound();
      const closed = await this.repository.close(id);
      if (!closed) throw new DomainError('transition_not_allowed');
      this.trail.allow('break_glass', id);
      return closed;
    });
    return this.mapper.present({ ...row, reviews: [] });
  }

  /**
   * The active organization; to a superadmin, who has none, that of the record, and as long as anything is open no
   * other.
   */
  private async organizationOf(patientId: string): Promise<number> {
    const { actor, organizationId: active } = requireContext();
    if (actor?.role !== 'superadmin') {
      if (active === null) throw new DomainError('organization_required');
      return active;
    }
    const organizationId = await this.repository.organizationOf(patientId);
    if (organizationId === undefined) throw notFound();
    if (active !== null && organizationId !== active)
      throw conflict('Something of another organization is open: close it first.');
    return organizationId;
  }

  private async write(
    { id, reason, ...opener }: Opener & { id: string; reason: string },
    { patient_id: patientId, purpose, minutes = BREAK_GLASS_MINUTES.usual }: OpenBreakGlassRequest,
    compliance: readonly string[],
  ) {
    if (await this.repository.isVisible(patientId)) throw conflict('This record is open to you.');
    const { organizationId, userId, role, sessionId } = opener;
    const row = await this.repository.insert(
      {
        ...{ organization_id: organizationId, id, user_id: userId, role, session_id: sessionId },
        ...{ patient_id: patientId, purpose, reason },
      },
      minutes,
    );
    for (const recipient of [{ patientId }, ...compliance.map((userId) => ({ userId }))]) {
      await this.messages.enqueue({
        template: 'break_glass.opened',
        recipient,
        channel: 'email',
        data: { session_id: id },
        dedupeKey: `break_glass.opened:${id}:${'userId' in recipient ? recipient.userId : 'patient'}`,
      });
    }
    const thing = { resourceType: 'patient', resourceId: patientId, patientId };
    this.trail.record({ action: 'break_glass', ...thing, details: { break_glass: id, purpose } });
    this.trail.allow('break_glass', id);
    return row;
  }
}

/** Who opens, and in which session. */
function openerOf(): Omit<Opener, 'organizationId'> {
  const { actor } = requireContext();
  const session = currentSession();
  if (!actor?.userId || !session) throw new DomainError('unauthenticated');
  const { userId, role } = actor;
  if (role !== 'specialist' && role !== 'superadmin') throw forbidden();
  return { userId, role, sessionId: session.id };
}

function assertPurpose(role: OpenerRole, purpose: BreakGlassPurpose): void {
  if (isPurposeOf(role, purpose)) return;
  const errors = [{ field: 'purpose', reason: 'is not one your role may have' }];
  throw new DomainError('forbidden', { detail: 'Your role opens no record for this.', errors });
}
