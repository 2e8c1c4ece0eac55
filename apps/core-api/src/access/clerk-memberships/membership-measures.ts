import { Injectable } from '@nestjs/common';
import { Metrics } from '@restartix/logging';

/** Memberships the identity provider has not taken. */
export interface MembershipBacklog {
  waiting: number;
  oldest_seconds: number;
}

/** What is told, refused and waits, for Prometheus to read. */
@Injectable()
export class MembershipMeasures {
  backlog: MembershipBacklog = { waiting: 0, oldest_seconds: 0 };
  private readonly told;

  constructor(metrics: Metrics) {
    this.told = metrics.counter({
      ...{ name: 'identity.memberships.told', labels: ['outcome'] },
      help: 'Memberships told to the identity provider, by outcome.',
    });
    metrics.gauge(
      { name: 'identity.memberships.waiting', help: 'Memberships the identity provider has not taken.' },
      (set) => set(this.backlog.waiting, {}),
    );
    metrics.gauge(
      { name: 'identity.memberships.oldest', unit: 'seconds', help: 'Age of the oldest that waits.' },
      (set) => set(this.backlog.oldest_seconds, {}),
    );
  }

  count(outcome: 'added' | 'known' | 'needless' | 'failed'): void {
    this.told.add(1, { outcome });
  }
}
