import { createLogger } from '../logger';
import { Metrics } from '../metrics/metrics';
import type { AlertNotice } from './alert.port';
import { Alerts } from './alerts';
import { LogAlertSink } from './log-alert-sink';
import { measureAlerts } from './measure-alerts';

const HOUR = 3_600_000;

function watch() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level: 'debug', format: 'json', service: 'test-api', destination });
  const told: AlertNotice[] = [];
  const clock = { now: Date.UTC(2026, 0, 1) };
  const alerts = new Alerts(
    logger,
    [
      { send: (notice) => void told.push({ ...notice, alert: { ...notice.alert } }) },
      new LogAlertSink(logger),
    ],
    () => clock.now,
  );
  const events = () => told.map(({ event, alert }) => `${event} ${alert.key} ×${alert.count}`);
  return { alerts, told, events, clock, lines: () => lines.map((line) => JSON.parse(line) as object) };
}

const late = { code: 'delivery_late', severity: 'error', summary: 'Delivery is late.' } as const;

describe('alerts', () => {
  it('tell an alert once, count what follows, remind every hour and say when it is over', () => {
    const { alerts, events, clock } = watch();
    alerts.raise({ ...late, labels: { store: 'a', part: 1 } });
    alerts.raise({ ...late, labels: { part: 1, store: 'a' } });
    expect(events()).toEqual(['raised delivery_late part=1 store=a ×1']);
    clock.now += HOUR;
    alerts.raise({ ...late, labels: { store: 'a', part: 1 } });
    expect(alerts.open()).toMatchObject([{ count: 3, firstRaisedAt: new Date(clock.now - HOUR) }]);
    alerts.resolve('delivery_late', { store: 'a', part: 1 });
    alerts.resolve('delivery_late', { store: 'a', part: 1 });
    expect(events().slice(1)).toEqual([
      'still_open delivery_late part=1 store=a ×3',
      'resolved delivery_late part=1 store=a ×3',
    ]);
    expect(alerts.open()).toEqual([]);
  });

  it('keep alerts with other labels apart, and tell a change of severity at once', () => {
    const { alerts, events } = watch();
    alerts.raise({ ...late, labels: { organization: 1 } });
    alerts.raise({ ...late, labels: { organization: 2 } });
    alerts.raise({ ...late, severity: 'critical', labels: { organization: 2 } });
    expect(events()).toEqual([
      'raised delivery_late organization=1 ×1',
      'raised delivery_late organization=2 ×1',
      'raised delivery_late organization=2 ×2',
    ]);
  });

  it('watch raises while it is wrong and resolves when it is right', () => {
    const { alerts, events } = watch();
    for (const isWrong of [false, true, true, false]) alerts.watch(isWrong, late);
    expect(events()).toEqual(['raised delivery_late ×1', 'resolved delivery_late ×2']);
  });

  it('let nothing personal out: texts are redacted, odd labels refused', () => {
    const { alerts, lines } = watch();
    alerts.raise({
      ...late,
      summary: 'Late for ana@example.com',
      labels: { reason: 'call +40 729 000 411' },
    });
    expect(JSON.stringify(lines())).not.toMatch(/ana@|729/);
    expect(lines()).toMatchObject([
      {
        level: 'error',
        logger: 'alert',
        event: 'raised',
        code: 'delivery_late',
        labels: { reason: 'call [phone]' },
      },
    ]);
    expect(() => alerts.raise({ ...late, labels: { 'ana@example.com': 1 } })).toThrow('no name of a label');
  });

  it('stand a sink that fails, and log that it did', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = createLogger({ level: 'debug', format: 'json', service: 'test-api', destination });
    const alerts = new Alerts(logger, [
      { send: () => Promise.reject(new Error('away')) },
      new LogAlertSink(logger),
    ]);
    alerts.raise(late);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines.join('')).toContain('An alert could not be sent');
    expect(lines.join('')).toContain('Delivery is late.');
  });

  it('are counted by code and severity, and fall back to 0', async () => {
    const { alerts } = watch();
    const metrics = new Metrics('test-api');
    measureAlerts(metrics, alerts);
    alerts.raise({ ...late, labels: { organization: 1 } });
    alerts.raise({ ...late, labels: { organization: 2 } });
    expect(await metrics.text()).toContain('alerts_open{code="delivery_late",severity="error"} 2');
    alerts.resolve('delivery_late', { organization: 1 });
    alerts.resolve('delivery_late', { organization: 2 });
    expect(await metrics.text()).toContain('alerts_open{code="delivery_late",severity="error"} 0');
  });
});
