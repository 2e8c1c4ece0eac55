import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { PLATFORM_ORGANIZATION } from '@restartix/contracts';
import { EnvelopeError } from '@restartix/crypto';
import { KeyRing } from '@restartix/keys';
import { PlatformLogger } from '@restartix/logging';
import type { CoreConfig } from '../../core.config';
import { SEALED_COLUMNS, type SealedColumn } from '../../platform/sealed-columns';
import { placeOf } from '../../platform/places';
import { CORE_CONFIG } from '../../platform/tokens';
import { KeyRotationRepository, type StaleEnvelope } from './key-rotation.repository';

const BATCH = 200;
/** A rotation that was interrupted is finished by whoever looks within so many days after it. */
const FINISH_DAYS = 7;

/** What one organization's rotation did; organization 0 is the platform. */
export interface RotationReport {
  organization_id: number;
  /** The version that seals now. */
  version: number;
  /** Keys of the organization wrapped anew because another root key had wrapped them. */
  rewrapped: number;
  /** Envelopes moved under the newest version. */
  moved: number;
  /** Envelopes that open under no key and stayed as they are. */
  unreadable: number;
}

/**
 * Rotates keys while the services run. Every row stays readable throughout: old versions open what they sealed until
 * it has been moved, and are kept, because audit events hold envelopes under them for as long as those are retained.
 */
@Injectable()
export class KeyRotationService {
  private readonly logger: PlatformLogger;

  constructor(
    private readonly keys: KeyRing,
    private readonly repository: KeyRotationRepository,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('key-rotation');
  }

  /** Wraps every key of every organization under the root key of today; no data key and no row of data changes. */
  async wrapAnew(): Promise<RotationReport[]> {
    const reports: RotationReport[] = [];
    for (const { id } of await this.repository.organizations()) {
      const rewrapped = await this.keys.wrapAnew(id);
      if (rewrapped > 0) await this.repository.announce(id, 'root key', rewrapped);
      const version = await this.keys.currentVersion(id);
      reports.push({ organization_id: id, version, rewrapped, moved: 0, unreadable: 0 });
    }
    return reports;
  }

  /**
   * Gives organizations a new key where the newest is older than so many days (0: all of them), then moves everything
   * sealed under older versions. It goes on where an interrupted rotation stopped. Before the last look it waits until
   * every process has noticed the new version.
   */
  async rotate(olderThanDays: number, only?: number): Promise<RotationReport[]> {
    const organizations = (await this.repository.organizations()).filter(
      ({ id }) => only === undefined || id === only,
    );
    const due = organizations.filter(({ age }) => age >= olderThanDays);
    for (const { id } of due) {
      await this.repository.announce(id, 'new version', await this.keys.rotate(id));
    }
    const reports = [];
    for (const { id } of organizations.filter((one) => due.includes(one) || one.age < FINISH_DAYS))
      reports.push(await this.sweep(id));
    if (due.length === 0) return reports;
    await sleep(2 * this.config.KEY_REFRESH_SECONDS * 1000);
    for (const report of reports) {
      const { moved, unreadable } = await this.sweep(report.organization_id);
      report.moved += moved;
      report.unreadable = unreadable;
    }
    return reports;
  }

  /** Moves whatever of an organization is under an older version. */
  private async sweep(organizationId: number): Promise<RotationReport> {
    const version = await this.keys.currentVersion(organizationId);
    const report = { organization_id: organizationId, version, rewrapped: 0, moved: 0, unreadable: 0 };
    const scope = organizationId === PLATFORM_ORGANIZATION ? 'platform' : 'organization';
    for (const column of SEALED_COLUMNS.filter((one) => one.scope === scope)) {
      let after: readonly string[] | null = null;
      for (;;) {
        const stale = await this.repository.stale(organizationId, column, version, after, BATCH);
        if (stale.length === 0) break;
        const anew = await this.resealed(organizationId, column, stale);
        report.unreadable += stale.length - anew.length;
        if (anew.length > 0) report.moved += await this.repository.replace(organizationId, column, anew);
        after = (stale.at(-1) as StaleEnvelope).key;
      }
    }
    return report;
  }

  private async resealed(
    organizationId: number,
    { table, column }: SealedColumn,
    stale: readonly StaleEnvelope[],
  ): Promise<(StaleEnvelope & { anew: string })[]> {
    const moved: (StaleEnvelope & { anew: string })[] = [];
    for (const one of stale) {
      try {
        const place = placeOf(organizationId, table, column, one.id);
        const anew = await this.keys.resealed(organizationId, one.envelope, place);
        if (anew !== null) moved.push({ ...one, anew });
      } catch (error) {
        if (!(error instanceof EnvelopeError)) throw error;
        this.logger.error('An envelope does not open and was not moved', {
          organization_id: organizationId,
          column: `${table}.${column}`,
          id: one.id,
        });
      }
    }
    return moved;
  }
}
