import type { Operation } from './document';
import { KnownValues } from './known-values';
import type { Sender } from './send';

/**
 * Reads every list of the document as each caller, and keeps what was shown: real ids, addresses and cursors, by the
 * name of the field. `onShown` is told whose answer it was.
 */
export async function gather(
  operations: readonly Operation[],
  callers: readonly string[],
  sender: Sender,
  onShown: (caller: string, body: unknown) => void = () => undefined,
): Promise<KnownValues> {
  const known = new KnownValues();
  const lists = operations.filter(
    ({ method, path, isPublic }) => method === 'GET' && !path.includes('{') && !isPublic,
  );
  for (const { route, path } of lists) {
    for (const caller of callers) {
      const answer = await sender.send({
        route,
        caller,
        method: 'GET',
        target: path,
        headers: {},
        body: null,
        encoding: 'utf8',
      });
      if (answer?.status !== 200) continue;
      const body: unknown = JSON.parse(answer.text);
      known.learnList(path, body);
      onShown(caller, body);
    }
  }
  return known;
}
