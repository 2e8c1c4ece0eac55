import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Metrics } from './metrics';

const RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** How the process itself is: event loop, processor, memory. Delays are of the time since the last reading. */
export function measureProcess(metrics: Metrics): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  metrics.gauge(
    {
      name: 'nodejs.eventloop.delay',
      unit: 'seconds',
      help: 'Event-loop delay since the last reading, by quantile.',
      labels: ['quantile'],
    },
    (set) => {
      // The histogram measures its own tick; what is above that is lag.
      const seconds = (value: number) => Math.max(0, value / NANOSECONDS - RESOLUTION_MS / 1000) || 0;
      for (const [quantile, percent] of [
        ['p50', 50],
        ['p90', 90],
        ['p99', 99],
      ] as const) {
        set(seconds(delay.percentile(percent)), { quantile });
      }
      set(seconds(delay.max), { quantile: 'max' });
      delay.reset();
    },
  );
  let last = performance.eventLoopUtilization();
  metrics.gauge(
    { name: 'nodejs.eventloop.utilization', unit: 'ratio', help: 'Share of time the event loop was busy.' },
    (set) => {
      const current = performance.eventLoopUtilization();
      set(performance.eventLoopUtilization(current, last).utilization, {});
      last = current;
    },
  );
  let used = { user: 0, system: 0 };
  metrics.counter(
    { name: 'process.cpu.time', unit: 'seconds', help: 'Processor time used.', labels: ['cpu.mode'] },
    (add) => {
      const now = process.cpuUsage();
      add((now.user - used.user) / MICROSECONDS, { 'cpu.mode': 'user' });
      add((now.system - used.system) / MICROSECONDS, { 'cpu.mode': 'system' });
      used = now;
    },
  );
  metrics.gauge({ name: 'process.memory.usage', unit: 'bytes', help: 'Resident memory.' }, (set) =>
    set(process.memoryUsage.rss(), {}),
  );
  metrics.gauge({ name: 'v8js.memory.heap.used', unit: 'bytes', help: 'Heap in use.' }, (set) =>
    set(process.memoryUsage().heapUsed, {}),
  );
  metrics.gauge({ name: 'process.uptime', unit: 'seconds', help: 'Age of the process.' }, (set) =>
    set(process.uptime(), {}),
  );
}
