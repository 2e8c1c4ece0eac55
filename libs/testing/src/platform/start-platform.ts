import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '@restartix/database';
import { freePorts, type Running } from '@restartix/embedded';
import { testRun } from '../databases/run';
import { ProcessClock } from '../clock/process-clock';
import { signClerkWebhook, type ClerkEventOptions } from '@restartix/vendor-lab';
import { createTestDatabases, type TestDatabases } from '../databases/test-databases';
import { serviceEnvironment } from '../keys/service-environment';
import type { Provisioned, ProvisionedOrganization } from '../provision/provision';
import { runToEnd } from '../processes/run-to-end';
import { startService, type ServiceName } from '../processes/start-service';
import { provisionPlatform, type People } from './provision-platform';
import { tokenMint, type TokenOptions } from './tokens';

export interface PlatformOptions extends Omit<People, 'onProgress'> {
  /** Variables put over those of a service. */
  environment?: Partial<Record<ServiceName, Record<string, string>>>;
}

/** Both services as processes on databases of their own, with two organizations and people in every role. */
export interface Platform {
  coreApi: string;
  telemetryApi: string;
  /** Where the metrics of each service are read. */
  metrics: Record<ServiceName, string>;
  urls: TestDatabases;
  organizations: ProvisionedOrganization[];
  superadminToken: string;
  superadminSubject: string;
  /** Root key of the main database, in base64. */
  encryptionKey: string;
  /** PEM: what verifiers of the audit log pin. */
  auditPublicKey: string;
  /** PEM: what session tokens are verified by. */
  tokenPublicKey: string;
  /** The time core-api goes by. */
  clock: ProcessClock;
  /** Mints a session token. */
  token(options: TokenOptions): string;
  /** Clerk tells core-api (or another instance of it) something; answers the status. */
  tell(event: ClerkEventOptions, coreApi?: string): Promise<number>;
  /** SIGKILL unless told otherwise; resolves when the process is gone. */
  kill(service: ServiceName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts one more core-api on the same stores; answers its address. Ended with the platform. */
  startSecond(environment?: Record<string, string>): Promise<string>;
  /** Starts a service that is not running, on the port it had; `changes` are put over its variables from now on. */
  start(service: ServiceName, changes?: Record<string, string>): Promise<void>;
  /** Runs an operator's command in a service's environment and answers what it printed. */
  operate(
    service: ServiceName,
    script: string,
    options?: readonly string[],
    changes?: Record<string, string>,
  ): Promise<string>;
  /** A connection past every role and policy; the caller closes it. */
  superuser(database: 'main' | 'telemetry'): Promise<Database>;
  /** Everything a service has written so far. */
  logs(service: ServiceName): string;
  stop(): Promise<void>;
}

type Four = [number, number, number, number];

/** Starts a {@link Platform}; `stop()` ends the processes and removes the databases. Takes a few seconds. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const { keys, dir, geoDatabase } = testRun();
  const [coreApiPort, telemetryApiPort, ...metricsPorts] = (await freePorts(4)) as Four;
  const urls = await createTestDatabases();
  const clock = new ProcessClock(join(dir, `clock-${coreApiPort}`));
  const environments = serviceEnvironment(urls, keys, {
    coreApiPort,
    telemetryApiPort,
    metricsPorts: { coreApi: metricsPorts[0], telemetryApi: metricsPorts[1] },
    geoDatabase,
  });
  const changed: Partial<Record<ServiceName, Record<string, string>>> = {};
  const environmentOf = (service: ServiceName) => ({
    ...environments[service],
    ...(service === 'coreApi' ? clock.environment : {}),
    ...options.environment?.[service],
    ...changed[service],
  });
  const ports = { coreApi: coreApiPort, telemetryApi: telemetryApiPort };
  const logFile = (service: ServiceName) => join(dir, `${service}-${ports[service]}.log`);
  const services = new Map<ServiceName, Running>();
  const start = async (service: ServiceName, changes: Record<string, string> = {}) => {
    changed[service] = { ...changed[service], ...changes };
    const port = ports[service];
    const environment = environmentOf(service);
    services.set(service, await startService({ service, port, environment, logFile: logFile(service) }));
  };
  const more: Running[] = [];
  const startSecond = async (environment: Record<string, string> = {}) => {
    const [port, metricsPort] = (await freePorts(2)) as [number, number];
    const places = { CORE_API_PORT: String(port), CORE_API_METRICS_PORT: String(metricsPort) };
    const own = { ...environmentOf('coreApi'), ...places, ...environment };
    const logFileOfIt = join(dir, `coreApi-${port}.log`);
    more.push(await startService({ service: 'coreApi', port, environment: own, logFile: logFileOfIt }));
    return `http://127.0.0.1:${port}`;
  };
  const stop = async () => {
    for (const service of more) await service.stop();
    // core-api first: it may still deliver to telemetry-api while it ends.
    await services.get('coreApi')?.stop();
    await services.get('telemetryApi')?.stop();
    await urls.drop();
  };
  const coreApi = `http://127.0.0.1:${coreApiPort}`;
  let people: Provisioned;
  try {
    await start('telemetryApi');
    await start('coreApi');
    people = await provisionPlatform(coreApi, environmentOf('coreApi'), keys, options);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...people,
    coreApi,
    telemetryApi: `http://127.0.0.1:${telemetryApiPort}`,
    metrics: {
      coreApi: `http://127.0.0.1:${metricsPorts[0]}/metrics`,
      telemetryApi: `http://127.0.0.1:${metricsPorts[1]}/metrics`,
    },
    urls,
    encryptionKey: keys.encryptionKey,
    auditPublicKey: keys.audit.publicKey,
    tokenPublicKey: keys.clerk.publicKey,
    clock,
    token: tokenMint(keys),
    tell: async (event, to = coreApi) => {
      const webhook = signClerkWebhook(keys.clerk.webhookSecret, event);
      const answer = await fetch(`${to}/v1/webhooks/clerk`, { method: 'POST', ...webhook });
      await answer.arrayBuffer();
      return answer.status;
    },
    start,
    startSecond,
    operate: (service, script, words = [], changes = {}) =>
      runToEnd(script, { ...environmentOf(service), LOG_LEVEL: 'error', ...changes }, '', words),
    stop,
    kill: async (service, signal = 'SIGKILL') => {
      services.get(service)?.kill(signal);
      await services.get(service)?.exited;
    },
    superuser: async (database) => {
      const url = database === 'main' ? urls.superuserUrl : urls.telemetry.superuserUrl;
      const connection = new Database({ url, applicationName: 'superuser of a spec', max: 2 });
      await connection.connect();
      return connection;
    },
    logs: (service) => readFileSync(logFile(service), 'utf8'),
  };
}
