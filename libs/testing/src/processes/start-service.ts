import { join } from 'node:path';
import { Child, claimPort, running, untilReady, workspaceRoot, type Running } from '@restartix/embedded';
import { SCRIPTS } from './run-to-end';

export type ServiceName = 'coreApi' | 'telemetryApi';

const NAMES = { coreApi: 'core-api', telemetryApi: 'telemetry-api' } as const;

/** As in the images: room for what one batch of events makes, or a third of the time goes into collecting it. */
const NODE_FLAGS = ['--max-semi-space-size=32'];

export interface ServiceOptions {
  service: ServiceName;
  port: number;
  environment: Record<string, string>;
  logFile: string;
  /** Told of the process as it is started, before it is ready. */
  onSpawn?: (child: Child) => void;
}

/** Starts a built service as a process and waits until it says it is ready. */
export async function startService(options: ServiceOptions): Promise<Running> {
  const { service, environment, logFile } = options;
  const port = await claimPort(options.port);
  const url = `http://127.0.0.1:${port}`;
  const child = new Child({
    name: NAMES[service],
    command: [process.execPath, ...NODE_FLAGS, join(workspaceRoot(), SCRIPTS[service])],
    environment,
    logFile,
    stopTimeoutMs: 20_000,
  });
  options.onSpawn?.(child);
  await untilReady(child, () => isReady(url));
  return running(child, url, port);
}

async function isReady(url: string): Promise<void> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) });
  const body = await answer.text();
  if (!answer.ok) throw new Error(body);
}
