import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure, Finding } from '../figure';
import type { Bench, BenchOptions } from '../harness';
import { Loader } from '../load/processes';
import { assertAllOk, patientRequests, runName } from '../load/requests';
import { residentMegabytes, untilQuiet } from '../machine';
import { BenchPlatform } from '../platform';
import { spreadOf } from '../statistics';

const CONNECTIONS = 16;
const SECONDS = 10;
const LOOK_MS = 200;

const SERVICES = ['coreApi', 'telemetryApi'] as const;
type Service = (typeof SERVICES)[number];

const memory = (service: Service): Figure => ({
  name: `RSS of ${service} under load, MB`,
  better: 'smaller',
  floor: 400,
  goal: 250,
  stretch: 160,
});
const start = (service: Service): Figure => ({
  name: `cold start of ${service} to ready, s`,
  better: 'smaller',
  floor: 5,
  goal: 2,
  stretch: 1,
});

/** Figure 13. */
export const FOOTPRINT: Bench = {
  name: 'footprint',
  about: 'memory of both services under as much load as they take; a killed service until it is ready again',
  run: async (options) => {
    const platform = await BenchPlatform.start();
    const loader = new Loader();
    try {
      return [...(await underLoad(platform, loader, options)), ...(await coldStarts(platform, options))];
    } finally {
      loader.stop();
      await platform.stop();
    }
  },
};

async function underLoad(platform: BenchPlatform, loader: Loader, options: BenchOptions): Promise<Finding[]> {
  const run = runName();
  const port = Number(new URL(platform.facts.coreApi).port);
  const requests = patientRequests(platform);
  const seen: Record<Service, number[]> = { coreApi: [], telemetryApi: [] };
  let sent = 0;
  for (let round = 1; round <= options.rounds; round += 1) {
    const load = loader.run({
      port,
      requests,
      idPrefix: `${run}-${round}`,
      connections: CONNECTIONS,
      seconds: SECONDS,
    });
    const most: Record<Service, number> = { coreApi: 0, telemetryApi: 0 };
    const look = () => {
      for (const service of SERVICES) {
        most[service] = Math.max(most[service], residentMegabytes(platform.facts.processes[service]));
      }
    };
    const timer = setInterval(look, LOOK_MS);
    const report = await load.finally(() => clearInterval(timer));
    assertAllOk(report);
    sent += report.sent;
    for (const service of SERVICES) seen[service].push(most[service]);
    options.say(
      `  round ${round} of ${options.rounds}: ${Math.round(report.perSecond)} requests per second, core-api ${Math.round(most.coreApi)} MB, telemetry-api ${Math.round(most.telemetryApi)} MB`,
    );
  }
  await platform.assertOneViewEach(run, sent);
  return SERVICES.map((service) => ({ figure: memory(service), spread: spreadOf(seen[service]) }));
}

/** Kills one service at a time; the lab starts it again at once. */
async function coldStarts(platform: BenchPlatform, options: BenchOptions): Promise<Finding[]> {
  const seconds: Record<Service, number[]> = { coreApi: [], telemetryApi: [] };
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const service of SERVICES) {
      await untilQuiet(options.patienceMs);
      const before = performance.now();
      const { [service]: restarts } = platform.lab.restarts;
      platform.lab.kill(service);
      while (platform.lab.restarts[service] === restarts) await sleep(5);
      await platform.lab.whenReady();
      seconds[service].push((performance.now() - before) / 1000);
    }
    options.say(
      `  round ${round} of ${options.rounds}: ${SERVICES.map((service) => `${service} ${seconds[service].at(-1)?.toFixed(2)} s`).join(', ')}`,
    );
  }
  return SERVICES.map((service) => ({ figure: start(service), spread: spreadOf(seconds[service]) }));
}
