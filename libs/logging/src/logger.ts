import { currentContext } from '@restartix/context';
import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import { redactFields, redactText } from './redaction';
import { textFormat } from './text-format';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LoggerOptions {
  level: LogLevel;
  /** `json` for machines, `text` for people. */
  format: 'json' | 'text';
  /** Name of the service, on every line. */
  service: string;
  /** Where lines go; standard output when absent. */
  destination?: DestinationStream;
}

/** Facts beside the message; an Error under `error` becomes its kind, message and frames. */
export type LogFields = Record<string, unknown>;

const FLUSH_EVERY_MS = 100;
const BUFFER_BYTES = 4096;

/** Ids of the work in hand, on every line that is written inside a context. */
function contextIds(): LogFields {
  const context = currentContext();
  if (!context) return {};
  return context.organizationId === null
    ? { request_id: context.requestId }
    : { request_id: context.requestId, organization_id: context.organizationId };
}

/**
 * Writes one line per fact: time, level, service, message, the ids of the context, and redacted fields. Also the
 * logger Nest uses; Nest's own `log` lines (its start-up talk) are written at level debug.
 */
export class PlatformLogger implements LoggerService {
  constructor(
    private readonly pino: Logger,
    private readonly flushNow: () => void = () => undefined,
  ) {}

  /** The same logger with `logger: name` on every line. */
  child(name: string): PlatformLogger {
    return new PlatformLogger(this.pino.child({ logger: name }), this.flushNow);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  info(message: string, fields?: LogFields): void {
    this.write('info', message, [fields]);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
    this.flushNow();
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  /** Writes out what is still buffered. */
  flush(): void {
    this.flushNow();
  }

  private write(level: LogLevel, message: unknown, rest: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const fields: LogFields = {};
    for (const item of rest) collect(fields, item);
    if (message instanceof Error) fields.error ??= message;
    else if (typeof message === 'object' && message !== null) Object.assign(fields, message);
    const text = message instanceof Error ? message.name : typeof message === 'string' ? message : level;
    this.pino[level]({ ...redactFields(fields), ...contextIds() }, redactText(text));
  }
}

/** Our calls give one object of fields; Nest gives a stack and the name of the writer as texts. */
function collect(fields: LogFields, item: unknown): void {
  if (item instanceof Error) fields.error = item;
  else if (typeof item === 'object' && item !== null) Object.assign(fields, item);
  else if (typeof item === 'string') fields[item.includes('\n') ? 'stack' : 'source'] = item;
}

/** Standard output, buffered: nothing of a request waits for the pipe; errors and the end of the process flush. */
function standardOutput(): { stream: DestinationStream; flush: () => void } {
  const stream = pino.destination({ dest: 1, sync: false, minLength: BUFFER_BYTES });
  const flush = () => stream.flush();
  setInterval(flush, FLUSH_EVERY_MS).unref();
  return { stream, flush };
}

/** The logger of a service. */
export function createLogger(options: LoggerOptions): PlatformLogger {
  const { stream, flush } = options.destination
    ? { stream: options.destination, flush: () => undefined }
    : standardOutput();
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service },
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.format === 'text' ? textFormat(stream) : stream,
  );
  return new PlatformLogger(logger, flush);
}
