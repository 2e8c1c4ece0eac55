import { Injectable } from '@nestjs/common';
import { currentContext, requireContext } from '@restartix/context';
import type { Problem } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { AnonymousDenials } from './anonymous-denials';
import type { AuditDraft } from './audit-event.factory';
import { AuditSink } from './audit-sink';
import { AuditTrail } from './audit-trail';

/** What was asked for, as far as the route tells. */
export interface RefusedRequest {
  /** Method and route template, never the address with its values. */
  route: string;
  /** The resource of the route's declaration, such as "patient"; "api" when it has none. */
  resourceType: string;
  /** The id in the address; null when there is none or it is not well formed. */
  resourceId: string | null;
}

/** Answers that leave an event: refusals, failures, and a thing that was not found under an id. */
function isRecorded(problem: Problem, request: RefusedRequest): boolean {
  const { status } = problem;
  return status === 401 || status === 403 || status >= 500 || (status === 404 && request.resourceId !== null);
}

/** The denial capture: what was refused or failed, in a unit of work of its own, before the answer leaves. */
@Injectable()
export class DenialRecorder {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
    private readonly sink: AuditSink,
    private readonly anonymous: AnonymousDenials,
  ) {}

  /** Writes the event of a refusal, if it is one that leaves an event. Throws when it cannot be written. */
  async record(problem: Problem, request: RefusedRequest): Promise<void> {
    if (!currentContext()) return;
    if (problem.status === 429) return this.anonymous.count(problem.code);
    if (!isRecorded(problem, request)) return;
    if (!requireContext().actor?.userId) {
      if (problem.status === 401) this.anonymous.count('unauthenticated');
      if (problem.status === 403) this.anonymous.count(problem.code);
      return;
    }
    const reason = await this.reasonOf(problem, request);
    await this.uow.run(async () => this.trail.record(denial(problem, request, reason)));
  }

  /**
   * A 404 says the same to every asker; the trail tells a wrong id from another organization's. Where the look-up
   * fails, by time or by a lost connection, the trail says that nobody knows: the refusal leaves its event all the same.
   */
  private async reasonOf(problem: Problem, { resourceType, resourceId }: RefusedRequest): Promise<string> {
    if (problem.status !== 404 || resourceId === null) return problem.code;
    try {
      const elsewhere = await this.sink.existsElsewhere(resourceType, resourceId);
      return elsewhere ? 'belongs_to_another_organization' : problem.code;
    } catch {
      return 'not_found_here_elsewhere_unknown';
    }
  }
}

function denial(problem: Problem, request: RefusedRequest, reason: string): AuditDraft {
  return {
    action: 'deny',
    resourceType: request.resourceType,
    resourceId: request.resourceId,
    success: false,
    details: { failure_reason: reason, route: request.route, status: problem.status },
  };
}
