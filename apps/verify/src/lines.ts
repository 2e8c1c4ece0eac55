import { createReadStream } from 'node:fs';

/** Read at a time. */
const CHUNK_BYTES = 1 << 18;

/** The lines of a file by the page, split at line feeds only; a last line without one counts. */
export async function* linesOf(path: string): AsyncGenerator<readonly string[]> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
    const lines = String(chunk).split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop() as string;
    if (lines.length > 0) yield lines;
  }
  if (rest) yield [rest];
}
