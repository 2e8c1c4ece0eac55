/** As PagerDuty's events name them. */
export const ALERT_SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** Facts that tell two alerts of one code apart: names of stores, queues, jobs, organization numbers. */
export type AlertLabels = Readonly<Record<string, string | number>>;

/** Something people who run the platform must know of. Never a name, a contact, health data or an id of a person. */
export interface Alert {
  /** What it is, for rules and runbooks: lower case, words joined by `_`, such as `audit_delivery_waiting`. */
  code: string;
  severity: AlertSeverity;
  /** One plain sentence. */
  summary: string;
  labels?: AlertLabels;
}

/** An alert that was raised and is not resolved yet. */
export interface OpenAlert extends Required<Alert> {
  /** Code and labels: two alerts with the same key are one. */
  key: string;
  /** How often it was raised since it is open. */
  count: number;
  /** UTC. */
  firstRaisedAt: Date;
  lastRaisedAt: Date;
}

/** What a sink is told: an alert opens, is still open after a while, or is over. */
export interface AlertNotice {
  event: 'raised' | 'still_open' | 'resolved';
  alert: OpenAlert;
}

/** Where notices go. It may fail; that is logged and stops nobody. */
export interface AlertSink {
  send(notice: AlertNotice): void | Promise<void>;
}

/** Raises alerts, once each, and says when they are over. Inject this. */
export abstract class AlertPort {
  /** Opens the alert, or counts it when one with the same code and labels is open. Never throws on delivery. */
  abstract raise(alert: Alert): void;
  /** Closes it; nothing happens when it is not open. */
  abstract resolve(code: string, labels?: AlertLabels): void;
  /** What is open in this process, oldest first. */
  abstract open(): OpenAlert[];

  /** Raises the alert while something is wrong, and resolves it once it is right again. */
  watch(isWrong: boolean, alert: Alert): void {
    if (isWrong) this.raise(alert);
    else this.resolve(alert.code, alert.labels);
  }
}
