import type { AuditAlert, AuditDelivery } from '@restartix/contracts';

const ALERTS = {
  audit_delivery_waiting: {
    severity: 'error',
    summary: 'Audit events wait for their delivery to the log.',
  },
  audit_dead_letters: {
    severity: 'error',
    summary: 'The log refused audit events: they are to be mended and sent again.',
  },
} as const satisfies Record<string, Omit<AuditAlert, 'code'>>;

export type DeliveryAlert = AuditAlert & { code: keyof typeof ALERTS };

/** What is wrong with the delivery of audit events, and what is not. */
export function judgeDelivery(
  { oldest_seconds, dead_letters }: AuditDelivery,
  alertSeconds: number,
): { alert: DeliveryAlert; isWrong: boolean }[] {
  const judged = {
    audit_delivery_waiting: oldest_seconds > alertSeconds,
    audit_dead_letters: dead_letters > 0,
  };
  return (Object.keys(ALERTS) as (keyof typeof ALERTS)[]).map((code) => ({
    alert: { code, ...ALERTS[code] },
    isWrong: judged[code],
  }));
}
