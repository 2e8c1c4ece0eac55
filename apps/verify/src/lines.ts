import { createReadStream } from 'node:fs';

/** The lines of a file, split at line feeds only; a last line without one counts. */
export async function* linesOf(path: string): AsyncIterable<string> {
  let rest = '';
  for await (const part of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + String(part)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}
