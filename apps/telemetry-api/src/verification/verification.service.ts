import { Inject, Injectable } from '@nestjs/common';
import type { AuditVerification } from '@restartix/contracts';
import type { Sql } from '@restartix/database';
import { AlertPort, Metrics } from '@restartix/logging';
import { ProofsService } from '../integrity/proofs.service';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { inspectRange, type Fault } from './inspect-range';
import { RangeReader, type Range } from './range-reader';
import { VerificationRepository, type Progress } from './verification.repository';

/** Leaves looked at in one step. */
const STEP = 500;
const HOUR_MS = 3_600_000;

/**
 * Verifies every organization's log in the background, in small steps, by any number of instances: what is newly sealed
 * first, and the whole log again every so many hours. Rows against leaves, places without gaps, nodes, roots, signatures.
 */
@Injectable()
export class VerificationService {
  /** Sizes of the logs as this process has seen them: one that shrinks is noticed before its next pass. */
  private readonly seen = new Map<number, number>();
  private readonly waitingSince = new Map<number, number>();
  private readonly looked;
  private readonly faults;

  constructor(
    private readonly repository: VerificationRepository,
    private readonly proofs: ProofsService,
    private readonly ranges: RangeReader,
    private readonly alerts: AlertPort,
    metrics: Metrics,
    @Inject(TELEMETRY_CONFIG) private readonly config: TelemetryConfig,
  ) {
    this.looked = metrics.counter({ name: 'audit.verification.leaves', help: 'Leaves looked at.' });
    this.faults = metrics.counter({
      name: 'audit.verification.faults',
      help: 'Faults found, again each time.',
    });
  }

  /** One step in each log that needs one; how many leaves were looked at. */
  async round(): Promise<number> {
    let looked = 0;
    for (const { organizationId, size } of await this.proofs.sealed()) {
      const { verified, verifiedAt } = await this.repository.progress(organizationId);
      this.watchPace(organizationId, verified < size, verifiedAt);
      looked += await this.step(organizationId, size);
    }
    return looked;
  }

  /** How far the verification of an organization's log is and what is at fault. */
  async report(organizationId: number): Promise<AuditVerification> {
    const [progress, faults] = await Promise.all([
      this.repository.progress(organizationId),
      this.repository.openFaults(organizationId),
    ]);
    return {
      verified: progress.verified,
      verified_at: progress.verifiedAt?.toISOString() ?? null,
      pass_position: progress.passPosition,
      pass_started_at: progress.passStartedAt?.toISOString() ?? null,
      pass_completed_at: progress.passCompletedAt?.toISOString() ?? null,
      faults: faults.map((fault) => ({
        kind: fault.kind,
        leaf_index: Number(fault.leaf_index),
        event_id: fault.event_id,
        found_at: fault.found_at.toISOString(),
      })),
    };
  }

  private async step(organizationId: number, size: number): Promise<number> {
    const looked = await this.repository.alone(organizationId, async (sql) => {
      const progress = await this.repository.progress(organizationId, sql);
      const known = Math.max(progress.verified, this.seen.get(organizationId) ?? 0);
      this.seen.set(organizationId, Math.max(known, size));
      if (size < known) return this.shortened(sql, organizationId, size);
      const range = nextRange(progress, size, this.isPassDue(progress));
      if (!range) return 0;
      const faults = inspectRange(await this.ranges.read(organizationId, range));
      await this.note(sql, organizationId, range, faults);
      await this.repository.keep(sql, organizationId, advanced(progress, range, new Date()));
      return range.to - range.from;
    });
    return looked ?? 0;
  }

  /** The log has lost its end: nothing of it is verified further. */
  private async shortened(sql: Sql, organizationId: number, size: number): Promise<number> {
    const fault: Fault = { kind: 'log_shortened', leafIndex: size, eventId: null };
    await this.note(sql, organizationId, { from: size, to: size + 1 }, [fault]);
    return 0;
  }

  private async note(sql: Sql, organizationId: number, range: Range, faults: Fault[]): Promise<void> {
    const open = await this.repository.found(sql, organizationId, range, faults);
    this.looked.add(range.to - range.from, {});
    this.faults.add(faults.length, {});
    this.alerts.watch(open > 0, {
      code: 'audit_log_fault',
      severity: 'critical',
      summary: 'The audit log is not what was sealed. Follow the runbook audit-log-fault.',
      labels: { organization: organizationId },
    });
  }

  /** Instances may be many: what counts is when any of them got on. */
  private watchPace(organizationId: number, isBehind: boolean, verifiedAt: Date | null): void {
    const now = Date.now();
    if (!isBehind) this.waitingSince.delete(organizationId);
    else if (!this.waitingSince.has(organizationId)) this.waitingSince.set(organizationId, now);
    const since = Math.max(this.waitingSince.get(organizationId) ?? now, verifiedAt?.getTime() ?? 0);
    this.alerts.watch(now - since > this.config.AUDIT_VERIFY_ALERT_SECONDS * 1000, {
      code: 'audit_verification_behind',
      severity: 'error',
      summary: 'Sealed events of the audit log are not being verified.',
      labels: { organization: organizationId },
    });
  }

  private isPassDue({ passStartedAt }: Progress): boolean {
    const every = this.config.AUDIT_VERIFY_EVERY_HOURS * HOUR_MS;
    return !passStartedAt || Date.now() - passStartedAt.getTime() >= every;
  }
}

/** What is to be looked at next: what is new, then the pass under way, then a new pass when it is due. */
export function nextRange(progress: Progress, size: number, isPassDue: boolean): Range | null {
  const upTo = (from: number, end: number): Range => ({ from, to: Math.min(from + STEP, end) });
  if (progress.verified < size) return upTo(progress.verified, size);
  const isUnderWay = progress.passPosition > 0 && progress.passPosition < progress.verified;
  if (isUnderWay) return upTo(progress.passPosition, progress.verified);
  return isPassDue && progress.verified > 0 ? upTo(0, progress.verified) : null;
}

/** The progress after a range was looked at. */
export function advanced(progress: Progress, { from, to }: Range, now: Date): Progress {
  if (from === progress.verified) {
    // The first look at a log is its first pass.
    const first = progress.passStartedAt === null ? { passStartedAt: now, passCompletedAt: now } : {};
    const passPosition = progress.passPosition === progress.verified ? to : progress.passPosition;
    return { ...progress, ...first, passPosition, verified: to, verifiedAt: now };
  }
  const passStartedAt = from === 0 ? now : progress.passStartedAt;
  const passCompletedAt = to === progress.verified ? now : progress.passCompletedAt;
  return { ...progress, passPosition: to, passStartedAt, passCompletedAt };
}
