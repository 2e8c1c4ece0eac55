import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { ExclusionsState } from '@restartix/contracts';
import { AlertPort, PlatformLogger } from '@restartix/logging';
import { ExclusionSource } from './exclusions.port';
import { ExclusionsRepository } from './exclusions.repository';
import { Networks } from './networks.policy';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** Past this age of the list somebody is told. */
const ALARM_MS = 2 * WEEK_MS;
/** Lists that another instance fetched are looked for this often; a failed sync is tried again as often. */
const ROUND_MS = HOUR_MS;

/**
 * Networks that are excluded from the sale of their data (CCPA): synced weekly, kept in the database, held in memory.
 * While the provider is away the last list stays in force, and its age is told.
 */
@Injectable()
export class ExclusionsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: PlatformLogger;
  private networks = new Networks([]);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly exclusions: ExclusionsRepository,
    private readonly source: ExclusionSource,
    private readonly alerts: AlertPort,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('privacy');
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.round();
    this.timer = setInterval(() => void this.round(), ROUND_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Whether an address lies in an excluded network, by the list in force. */
  exclude(address: string | null): boolean {
    return address !== null && this.networks.hold(address);
  }

  /** One look: syncs when a week has passed, loads the list, watches its age. A failure is reported, never thrown. */
  async round(now = new Date()): Promise<void> {
    try {
      const age = ageOf(await this.exclusions.latest('succeeded'), now);
      if (this.source.isConfigured && age >= WEEK_MS) await this.sync(now);
      await this.load();
      await this.watchAge(now);
    } catch (error) {
      this.logger.warn('The list of excluded networks could not be looked after', { error });
    }
  }

  /** Fetches the list and puts it in force. False when it cannot be had: the list before stays. */
  async sync(startedAt = new Date()): Promise<boolean> {
    try {
      await this.exclusions.replace(this.source.provider, startedAt, await this.source.fetch());
      await this.load();
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn('The list of excluded networks could not be synced: the last one stays', { error });
      await this.exclusions.recordFailure(this.source.provider, startedAt, reason).catch(() => undefined);
      return false;
    }
  }

  /** How old the list is and how the last syncs went. Throws telemetry_unavailable. */
  async state(now = new Date()): Promise<ExclusionsState> {
    const [succeeded, latest, networks] = await Promise.all([
      this.exclusions.latest('succeeded'),
      this.exclusions.latest(),
      this.exclusions.networks(),
    ]);
    const age = ageOf(succeeded, now);
    return {
      is_configured: this.source.isConfigured,
      networks: networks.length,
      synced_at: succeeded?.finished_at?.toISOString() ?? null,
      age_seconds: Number.isFinite(age) ? Math.round(age / 1000) : null,
      is_stale: this.source.isConfigured && age > ALARM_MS,
      last_failure: latest?.status === 'failed' ? latest.failure_reason : null,
    };
  }

  private async load(): Promise<void> {
    this.networks = new Networks(await this.exclusions.networks());
  }

  private async watchAge(now: Date): Promise<void> {
    const { is_stale } = await this.state(now);
    this.alerts.watch(is_stale, {
      code: 'privacy_exclusions_stale',
      severity: 'error',
      summary: 'The list of networks excluded from the sale of data is older than two weeks.',
    });
  }
}

/** Milliseconds since a sync that succeeded; without one, for ever. */
function ageOf(sync: { finished_at: Date | null } | undefined, now: Date): number {
  return sync?.finished_at ? now.getTime() - sync.finished_at.getTime() : Number.POSITIVE_INFINITY;
}
