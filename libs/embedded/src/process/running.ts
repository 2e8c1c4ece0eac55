import type { Child, Exit } from './child';

/** A store or service that answers. */
export interface Running {
  name: string;
  /** Where it answers; credentials of its administrator included. */
  url: string;
  host: string;
  port: number;
  pid: number;
  /** Ends it in order and resolves when it has ended; data stays. */
  stop(): Promise<void>;
  /** Sends a signal, SIGKILL by default, and does not wait: see `exited`. */
  kill(signal?: NodeJS.Signals): void;
  exited: Promise<Exit>;
}

export function running(child: Child, url: string, port: number): Running {
  return {
    name: child.options.name,
    url,
    host: '127.0.0.1',
    port,
    pid: child.pid,
    stop: () => child.stop(),
    kill: (signal) => child.kill(signal),
    exited: child.exited,
  };
}
