import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuditTrail } from '@restartix/audit';
import { VARIABLES } from '@restartix/config';
import { Clock, createContext, runInContext } from '@restartix/context';
import { PLATFORM_ORGANIZATION } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { policyChanges, type Policies } from './policy-changes.policy';
import { ProcessPoliciesRepository } from './process-policies.repository';

const { STEP_UP_MINUTES } = VARIABLES.stepUp;
const GROUPS = { ...VARIABLES.sessions, STEP_UP_MINUTES, ...VARIABLES.rateLimits };

/**
 * Policy that comes with the environment: limits, terms of sessions, how long a second factor counts. A process that
 * starts with other values than the one before leaves a configure event of the platform's log before it takes a
 * request, or it does not start. One without doors holds nobody to them and says nothing.
 */
@Injectable()
export class ProcessPoliciesService implements OnApplicationBootstrap {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ProcessPoliciesRepository,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
    private readonly doors: HttpAdapterHost,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.doors.httpAdapter) await this.compare();
  }

  private compare(): Promise<void> {
    const now = policiesOf(this.config);
    return runInContext(createContext({ requestId: uuidv7() }), () =>
      this.uow.asSystem('a process started with other policies', null, async () => {
        const before = await this.repository.lock();
        const changes = policyChanges(before ?? now, now);
        if (before && Object.keys(changes).length === 0) return;
        await this.repository.put(now, this.clock.now());
        if (!before) return;
        this.trail.record({
          ...{ action: 'configure', resourceType: 'process_policies', resourceId: 'core-api' },
          organizationId: PLATFORM_ORGANIZATION,
          details: { changes, description: 'The environment of the process' },
        });
      }),
    );
  }
}

const policiesOf = (config: CoreConfig): Policies =>
  Object.fromEntries(Object.keys(GROUPS).map((name) => [name, config[name as keyof typeof GROUPS]]));
