import type { DestinationStream } from 'pino';

interface Line extends Record<string, unknown> {
  level: string;
  time: string;
  service: string;
  logger?: string;
  message?: string;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Turns JSON lines into lines for people: time, level, who, message, the rest as name=value. */
export function textFormat(destination: DestinationStream): DestinationStream {
  return {
    write(json: string): void {
      const { level, time, service, logger, message, ...rest } = JSON.parse(json) as Line;
      const facts = Object.entries(rest).map(([name, value]) => `${name}=${show(value)}`);
      const who = logger ? `${service}/${logger}` : service;
      const words = [time, level.toUpperCase().padEnd(5), who, message ?? '', ...facts];
      destination.write(`${words.join(' ').replace(/\r?\n/g, '\\n')}\n`);
    },
  };
}
