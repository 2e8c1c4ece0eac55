import type { Metrics } from '../metrics/metrics';
import type { AlertPort } from './alert.port';

/** How many alerts are open, by code and severity. */
export function measureAlerts(metrics: Metrics, alerts: AlertPort): void {
  const known = new Map<string, { code: string; severity: string; count: number }>();
  metrics.gauge({ name: 'alerts.open', help: 'Open alerts.', labels: ['code', 'severity'] }, (set) => {
    for (const entry of known.values()) entry.count = 0;
    for (const { code, severity } of alerts.open()) {
      const key = `${code} ${severity}`;
      const entry = known.get(key) ?? { code, severity, count: 0 };
      entry.count += 1;
      known.set(key, entry);
    }
    for (const { count, ...labels } of known.values()) set(count, labels);
  });
}
