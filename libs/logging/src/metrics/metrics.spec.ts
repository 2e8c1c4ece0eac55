import { Metrics } from './metrics';
import { measureProcess } from './process-metrics';

describe('metrics', () => {
  it('are written for Prometheus under the names of OpenTelemetry', async () => {
    const metrics = new Metrics('test-api');
    const durations = metrics.durations({
      name: 'http.server.request.duration',
      help: 'x',
      labels: ['http.route'],
    });
    durations.record(0.03, { 'http.route': '/v1/patients/:id' });
    metrics.counter({ name: 'audit.events', help: 'x', labels: ['outcome'] }).add(2, { outcome: 'stored' });
    const text = await metrics.text();
    expect(text).toContain('target_info{service_name="test-api"} 1');
    expect(text).toContain(
      'http_server_request_duration_seconds_bucket{le="0.025",http_route="/v1/patients/:id"} 0',
    );
    expect(text).toContain(
      'http_server_request_duration_seconds_bucket{le="0.05",http_route="/v1/patients/:id"} 1',
    );
    expect(text).toContain('audit_events_total{outcome="stored"} 2');
  });

  it.each(['user.id', 'organization_id', 'patient', 'enduser.email', 'client.address', 'request_id'])(
    'refuse the label %s, which would tell of people',
    (label) => {
      const declare = () => new Metrics('test-api').counter({ name: 'a.b', help: 'x', labels: [label] });
      expect(declare).toThrow('would tell of people');
    },
  );

  it('keep a metric to a thousand label sets and count the rest as other', async () => {
    const metrics = new Metrics('test-api');
    const counter = metrics.counter({ name: 'a.b', help: 'x', labels: ['route'] });
    for (let index = 0; index < 1200; index += 1) counter.add(1, { route: `/${index}` });
    counter.add(1, { route: '/7' });
    const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('a_b_total{'));
    expect(lines).toHaveLength(1001);
    expect(lines).toContain('a_b_total{route="other"} 200');
    expect(lines).toContain('a_b_total{route="/7"} 2');
  });

  it('tell how the process is: event loop, processor, memory', async () => {
    const metrics = new Metrics('test-api');
    measureProcess(metrics);
    const until = Date.now() + 60;
    await new Promise((resolve) => setTimeout(resolve, 30));
    while (Date.now() < until + 60);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const text = await metrics.text();
    const value = (name: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')[1],
      );
    expect(value('nodejs_eventloop_delay_seconds{quantile="max"}')).toBeGreaterThan(0.02);
    expect(value('process_memory_usage_bytes')).toBeGreaterThan(10_000_000);
    expect(value('process_cpu_time_seconds_total{cpu_mode="user"}')).toBeGreaterThan(0);
  });
});
