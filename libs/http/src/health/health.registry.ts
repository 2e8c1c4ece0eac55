import { Injectable, Logger } from '@nestjs/common';
import { CRITICALITY, type Dependency, type HealthReport, type HealthState } from '@restartix/contracts';

export interface HealthIndicator {
  name: Dependency;
  /** Resolves when the dependency answers (or says it is `degraded`), throws when it does not. Kept under a second. */
  check: () => Promise<void | 'degraded'>;
}

const CHECK_TIMEOUT_MS = 1000;
const REPORT_LIVES_MS = 1000;

async function withTimeout(work: Promise<void | 'degraded'>): Promise<void | 'degraded'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('No answer within a second')), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Down only with a critical dependency; degraded with any other that is not well. */
function overall(dependencies: HealthReport['dependencies']): HealthState {
  const unwell = Object.values(dependencies).filter(({ status }) => status !== 'ok');
  if (unwell.some(({ status, criticality }) => status === 'down' && criticality === 'critical'))
    return 'down';
  return unwell.length > 0 ? 'degraded' : 'ok';
}

/** Knows how to ask each dependency of this process how it is. */
@Injectable()
export class HealthRegistry {
  private readonly logger = new Logger('health');
  private readonly indicators = new Map<Dependency, HealthIndicator>();
  private readonly lastStates = new Map<Dependency, HealthState>();
  private latest: { at: number; report: Promise<HealthReport> } | undefined;

  /** Adds a dependency. Each name once. */
  register(indicator: HealthIndicator): void {
    if (this.indicators.has(indicator.name)) throw new Error(`${indicator.name} is already watched`);
    this.indicators.set(indicator.name, indicator);
  }

  /** How everything is, at most a second old; however many ask, each dependency is asked once a second. */
  report(): Promise<HealthReport> {
    const now = Date.now();
    if (!this.latest || now - this.latest.at >= REPORT_LIVES_MS) {
      this.latest = { at: now, report: this.ask() };
    }
    return this.latest.report;
  }

  private async ask(): Promise<HealthReport> {
    const states = await Promise.all(
      [...this.indicators.values()].map(
        async (indicator) => [indicator.name, await this.stateOf(indicator)] as const,
      ),
    );
    const dependencies: HealthReport['dependencies'] = {};
    for (const [name, status] of states) {
      const { level, impact } = CRITICALITY[name];
      dependencies[name] = { status, criticality: level, impact };
    }
    return { status: overall(dependencies), dependencies };
  }

  private async stateOf({ name, check }: HealthIndicator): Promise<HealthState> {
    try {
      const state = (await withTimeout(check())) ?? 'ok';
      this.note(name, state);
      return state;
    } catch (error) {
      this.note(name, 'down', error);
      return 'down';
    }
  }

  /** One line when a state changes, not one per question. */
  private note(name: Dependency, state: HealthState, error?: unknown): void {
    const last = this.lastStates.get(name) ?? 'ok';
    this.lastStates.set(name, state);
    if (last !== state) this.logger.warn(`${name} is ${state}`, { dependency: name, state, error });
  }
}
