import { Inject, Injectable } from '@nestjs/common';
import type {
  AcknowledgeAlertRequest,
  ListResponse,
  SecurityAlert,
  SecurityAlertRequest,
  SecurityAlertResponse,
  SecurityAlertsRequest,
  SecurityEvent,
  SecurityEventsRequest,
} from '@restartix/contracts';
import type { Sql } from '@restartix/database';
import { AlertPort } from '@restartix/logging';
import { pageOf } from '../page-of';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { judge, rules, type Rule } from './security-event.policy';
import { SecurityRepository, type AuditRow, type JudgedEvent } from './security.repository';
import { TravelService } from './travel.service';

/** An alert without a further event for so long is over. */
const QUIET_MINUTES = 60;

/** Security events and the alerts that thresholds make of them, of each organization. */
@Injectable()
export class SecurityService {
  private readonly rules: Rule[];

  constructor(
    private readonly repository: SecurityRepository,
    private readonly travel: TravelService,
    private readonly alerts: AlertPort,
    @Inject(TELEMETRY_CONFIG) private readonly config: TelemetryConfig,
  ) {
    this.rules = rules(config.SECURITY_ALERT_COUNT);
  }

  /** Takes what bears on security of entries of a log, in the caller's transaction. */
  async take(sql: Sql, organizationId: number, rows: readonly AuditRow[]): Promise<void> {
    const judged = rows.flatMap((row): JudgedEvent[] => {
      const judgement = judge(row);
      return judgement ? [{ ...row, ...judgement }] : [];
    });
    if (judged.length === 0) return;
    const events = await this.travel.flag(sql, judged);
    await this.repository.add(sql, events);
    const ids = events.map(({ event_id }) => event_id);
    for (const rule of this.rules) {
      const minutes = this.config.SECURITY_ALERT_MINUTES;
      const breaches = await this.repository.breaches(sql, organizationId, ids, rule, minutes);
      for (const breach of breaches) await this.repository.raise(sql, organizationId, rule, breach);
    }
  }

  /** Lets alerts that have become quiet end, and tells the operator of those that are open. */
  async settle(sql: Sql, organizationId: number): Promise<void> {
    const open = await this.repository.settle(sql, organizationId, QUIET_MINUTES);
    this.alerts.watch(open > 0, {
      code: 'security_alert_open',
      severity: 'warning',
      summary: 'Security alerts wait for the compliance staff of an organization.',
      labels: { organization: organizationId },
    });
  }

  async events(request: SecurityEventsRequest): Promise<ListResponse<SecurityEvent>> {
    const rows = await this.repository.events(request, request.page_size + 1);
    const shown = (row: (typeof rows)[number]) => ({ ...row, occurred_at: row.occurred_at.toISOString() });
    return pageOf(rows, request.page_size, shown, (row) => [row.occurred_at, row.event_id]);
  }

  async list(request: SecurityAlertsRequest): Promise<ListResponse<SecurityAlert>> {
    const rows = await this.repository.alerts(request, request.page_size + 1);
    return pageOf(rows, request.page_size, shownAlert, (row) => [row.raised_at, row.id]);
  }

  async get({ organization_id, id }: SecurityAlertRequest): Promise<SecurityAlertResponse> {
    const found = await this.repository.alert(organization_id, id);
    return { alert: found ? shownAlert(found) : null };
  }

  /** Null for an alert of another organization; one that is not open any more stays as it is. */
  async acknowledge(request: AcknowledgeAlertRequest): Promise<SecurityAlertResponse> {
    await this.repository.acknowledge(request.organization_id, request.id, request.user_id);
    return this.get(request);
  }
}

type AlertRow = NonNullable<Awaited<ReturnType<SecurityRepository['alert']>>>;

function shownAlert(row: AlertRow): SecurityAlert {
  return {
    ...row,
    first_event_at: row.first_event_at.toISOString(),
    last_event_at: row.last_event_at.toISOString(),
    raised_at: row.raised_at.toISOString(),
    acknowledged_at: row.acknowledged_at?.toISOString() ?? null,
    resolved_at: row.resolved_at?.toISOString() ?? null,
  };
}
