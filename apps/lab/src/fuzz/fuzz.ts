import fc from 'fast-check';
import type { Platform } from '@restartix/testing';
import { Authorizations, members, strangers, superadmin } from './callers';
import { operationsOf, type OpenApiDocument } from './document';
import { gather } from './gather';
import { Judge } from './judge';
import { LeakFinder } from './leaks';
import { canariesIn, canaryOf, curlLine, withCanary, type FuzzRequest } from './request';
import { requestsFor, TAME, type Wildness } from './requests';
import { Sender } from './send';

export interface FuzzOptions {
  platform: Platform;
  document: OpenApiDocument;
  requests: number;
  seed: number;
  /** Told now and then how many have been sent. */
  onProgress?: (done: number) => void;
}

export interface FuzzReport {
  sent: number;
  /** "GET /v1/me" → status → how many. */
  answers: Record<string, Record<number, number>>;
  /** The smallest request that still shows a fault, as a line for a shell. */
  failure: { faults: string[]; curl: string } | null;
  /** The requests whose canary is in a text, as lines for a shell. */
  requestsIn(text: string): string[];
}

const PROGRESS_EVERY = 2_000;
/** Of three requests one is as its route wants it, and two are not trusted to be. */
const WILD: Wildness = { oddPercent: 30, brokenPercent: 45, borrowsWords: true };

/**
 * Sends requests made after the document, one for each route first, and judges every answer by it; stops at the first
 * fault and makes it small.
 */
export async function fuzz({
  platform,
  document,
  requests,
  seed,
  onProgress,
}: FuzzOptions): Promise<FuzzReport> {
  const operations = operationsOf(document);
  const callers = [...members(platform), ...strangers(platform), superadmin(platform)];
  const sender = new Sender(platform.coreApi, new Authorizations(callers), 4);
  const names = callers.map(({ name }) => name);
  const judge = new Judge(document, new LeakFinder(secretsOf(platform)));
  const lines: FuzzRequest[] = [];
  const answers: FuzzReport['answers'] = {};
  const known = await gather(operations, names, sender);
  known.learn({ 'if-match': ['"1"', '"2"', '*'] });

  const attempt = async (template: FuzzRequest): Promise<string[]> => {
    const request = withCanary(template, canaryOf(lines.length));
    lines.push(request);
    const answer = await sender.send(request);
    const statuses = (answers[request.route] ??= {});
    statuses[answer?.status ?? 0] = (statuses[answer?.status ?? 0] ?? 0) + 1;
    if (lines.length % PROGRESS_EVERY === 0) onProgress?.(lines.length);
    return judge.faults(request, answer);
  };
  const anything = fc.oneof(
    {
      weight: 1,
      arbitrary: requestsFor(
        operations,
        members(platform).map(({ name }) => name),
        known,
        TAME,
      ),
    },
    { weight: 2, arbitrary: requestsFor(operations, names, known, WILD) },
  );
  const holds = fc.asyncProperty(anything, async (request) => (await attempt(request)).length === 0);
  const once = operations.flatMap((operation) =>
    fc.sample(requestsFor([operation], names, known, TAME), { numRuns: 1, seed }),
  );
  const result = await fc.check(holds, {
    numRuns: requests,
    seed,
    examples: once.map((request): [FuzzRequest] => [request]),
  });
  const smallest = result.counterexample?.[0];
  const failure = smallest && {
    faults: await attempt(smallest),
    curl: curlLine(platform.coreApi, withCanary(smallest, canaryOf(lines.length - 1))),
  };
  sender.close();
  return {
    sent: lines.length,
    answers,
    failure: failure ?? null,
    requestsIn: (text) =>
      canariesIn(text).map((canary) => {
        const request = lines[parseInt(canary.slice(6, -2), 36)];
        return request ? curlLine(platform.coreApi, request) : canary;
      }),
  };
}

/** Passwords of this installation's stores, as they stand in their addresses. */
function secretsOf({ urls, superadminToken, organizations }: Platform): string[] {
  const addresses = [
    urls.superuserUrl,
    urls.databaseUrl,
    urls.systemUrl,
    urls.relayUrl,
    urls.redisUrl,
    urls.clickhouseUrl,
    ...Object.values(urls.telemetry),
  ];
  const passwords = addresses.map((address) => decodeURIComponent(new URL(address).password));
  return [
    ...passwords.filter(Boolean),
    superadminToken,
    ...organizations.flatMap(({ tokens }) => Object.values(tokens)),
  ];
}
