import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  /** What people call it; used in errors. */
  name: string;
  /** Program and arguments. */
  command: string[];
  /** Words put before the program, of a launcher that becomes the program (no fork). */
  launcher?: string[];
  /** The whole environment of the child; nothing is inherited but PATH, HOME, LANG and TMPDIR. */
  environment?: Record<string, string>;
  directory?: string;
  /** Both output streams are appended here. */
  logFile: string;
  /** Written to the child's standard input, which then stays open until this process ends. */
  input?: string;
  /** Signal that asks the child to end in order. */
  stopSignal?: NodeJS.Signals;
  /** After so many milliseconds a stop becomes SIGKILL. */
  stopTimeoutMs?: number;
  uid?: number;
  gid?: number;
}

let canFollow: boolean | undefined;

/**
 * Words before a command that make the system send it its stop signal when this process dies, however it dies. Where
 * the tool is missing a killed parent leaves its children behind.
 */
function followParent(signal: NodeJS.Signals): string[] {
  const words = ['setpriv', '--pdeathsig', signal.replace('SIG', '')];
  canFollow ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0;
  return canFollow ? words : [];
}

/** One child process whose end is always observed: `exited` resolves when the system has reaped it. */
export class Child {
  readonly exited: Promise<Exit>;
  exit?: Exit;
  #process: ChildProcess;

  constructor(readonly options: ChildOptions) {
    mkdirSync(dirname(options.logFile), { recursive: true });
    const log = openSync(options.logFile, 'a', 0o600);
    const piped = options.input !== undefined;
    const follow = followParent(options.stopSignal ?? 'SIGTERM');
    const [command, ...args] = [...(options.launcher ?? []), ...follow, ...options.command] as [string];
    this.#process = spawn(command, args, {
      cwd: options.directory,
      env: { ...inherited(), ...options.environment },
      stdio: [piped ? 'pipe' : 'ignore', log, log],
      uid: options.uid,
      gid: options.gid,
      // A session of its own: Ctrl-C reaches whoever started the children, and that one decides the order of leaving.
      detached: true,
    });
    closeSync(log);
    this.exited = new Promise((resolve) => {
      const ended = (exit: Exit) => resolve((this.exit ??= exit));
      this.#process.once('exit', (code, signal) => ended({ code, signal }));
      this.#process.once('error', () => ended({ code: 127, signal: null }));
    });
    this.#process.stdin?.on('error', () => undefined);
    if (piped) this.#process.stdin?.write(options.input);
  }

  /** Process id; 0 when the command could not be started at all. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (!this.exit && this.pid) this.#process.kill(signal);
  }

  /** Asks the child to end, then insists. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.kill(this.options.stopSignal ?? 'SIGTERM');
    const insist = setTimeout(() => this.kill('SIGKILL'), this.options.stopTimeoutMs ?? 15_000);
    await this.exited;
    clearTimeout(insist);
  }

  /** The last lines the child wrote, for an error message. */
  lastLines(count = 8): string {
    try {
      return readFileSync(this.options.logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
    } catch {
      return '';
    }
  }
}

function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TMPDIR'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
