import type { Operation } from './document';
import { KnownValues } from './known-values';
import type { FuzzRequest } from './request';
import type { Sender } from './send';

const LOOK = { method: 'GET', headers: {}, body: null, encoding: 'utf8' } as const;

/**
 * Reads every list of the document as each caller, and keeps what was shown: real ids, addresses and cursors, by the
 * name of the field. `onShown` is told what each was shown.
 */
export async function gather(
  operations: readonly Operation[],
  callers: readonly string[],
  sender: Sender,
  onShown: (request: FuzzRequest, body: unknown) => void = () => undefined,
): Promise<KnownValues> {
  const known = new KnownValues();
  const lists = operations.filter(
    ({ method, path, isPublic }) => method === 'GET' && !path.includes('{') && !isPublic,
  );
  for (const { route, path, parameters } of lists) {
    const target = parameters.some(({ name }) => name === 'page_size') ? `${path}?page_size=100` : path;
    for (const caller of callers) {
      const request: FuzzRequest = { ...LOOK, route, caller, target };
      const answer = await sender.send(request);
      if (answer?.status !== 200 || !answer.isWhole) continue;
      const body: unknown = JSON.parse(answer.text);
      known.learnList(path, body);
      onShown(request, body);
    }
  }
  return known;
}
