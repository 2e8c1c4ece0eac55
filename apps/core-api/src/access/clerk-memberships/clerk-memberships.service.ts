import { Inject, Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';
import { PlatformLogger } from '@restartix/logging';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { ClerkMembershipsRepository, type UntoldMembership } from './clerk-memberships.repository';
import { MembershipMeasures, type MembershipBacklog } from './membership-measures';
import { MembershipFailure, MembershipsPort } from './memberships.port';

const REASON = 'tell the identity provider of a membership';
/** Longer than all tries of one telling take. */
const LEASE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 3_600;
const MOST_DOUBLINGS = 12;

/** Tells the identity provider of memberships that began here, after they are committed, until it has taken them. */
@Injectable()
export class ClerkMembershipsService {
  private readonly logger: PlatformLogger;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ClerkMembershipsRepository,
    private readonly port: MembershipsPort,
    private readonly measures: MembershipMeasures,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('clerk-memberships');
  }

  /** Lines a membership up in the open unit of system work, with the membership itself. */
  lineUp(organizationId: number, userId: string): Promise<void> {
    return this.repository.lineUp(organizationId, userId);
  }

  get canTell(): boolean {
    return this.port.isConfigured;
  }

  backlog(): Promise<MembershipBacklog> {
    return this.uow.asSystem(REASON, null, () => this.repository.backlog());
  }

  /** Tells of the next that is due; false when none is, or the provider is away. */
  async tellNext(): Promise<boolean> {
    const untold = await this.uow.asSystem(REASON, null, () => this.repository.take(LEASE_SECONDS));
    if (!untold) return false;
    const inUnit = <T>(work: () => Promise<T>) => this.uow.asSystem(REASON, untold.organization_id, work);
    const membership = await inUnit(() => this.repository.find(untold, this.config.CLERK_ISSUER));
    try {
      this.measures.count(membership ? await this.port.add(membership) : 'needless');
    } catch (error) {
      if (!(error instanceof MembershipFailure)) throw error;
      await inUnit(() => this.repository.postpone(untold, pauseAfter(untold, error), error.reason));
      this.tellOfFailure(untold, error);
      return !error.isAway;
    }
    await inUnit(() => this.repository.finish(untold));
    return true;
  }

  private tellOfFailure(
    { organization_id, attempts }: UntoldMembership,
    { reason }: MembershipFailure,
  ): void {
    this.measures.count('failed');
    const facts = { organization_id, attempts, reason };
    this.logger.warn('Clerk did not take a membership; it is tried again', facts);
  }
}

/** Twice as long each time, up to an hour, never less than the provider asks, and not all at one moment. */
function pauseAfter({ attempts }: UntoldMembership, { pauseSeconds }: MembershipFailure): number {
  const doubled = Math.min(LONGEST_PAUSE_SECONDS, 2 ** Math.min(attempts, MOST_DOUBLINGS));
  return Math.max(pauseSeconds, doubled * (0.5 + Math.random() / 2));
}
