import fc from 'fast-check';
import type { Platform } from '@restartix/testing';
import { Authorizations, members, strangers, type Caller } from '../fuzz/callers';
import { operationsOf, type OpenApiDocument, type Operation } from '../fuzz/document';
import { gather } from '../fuzz/gather';
import { withCanary, type FuzzRequest } from '../fuzz/request';
import { requestsFor, type Wildness } from '../fuzz/requests';
import { Sender, type Answer } from '../fuzz/send';
import { canaryFor, ForeignFinder } from './foreign-finder';

/** Something of one organization in an answer to another's caller. */
export interface Leak {
  request: FuzzRequest;
  found: string[];
}

export interface FloodCounts {
  sent: number;
  cancelled: number;
  /** Status → how many whole answers. */
  statuses: Record<number, number>;
  /** Not cancelled, and yet without any answer. */
  unanswered: FuzzRequest[];
  /** Not cancelled, and yet with an answer that was cut off after it had begun. */
  cut: FuzzRequest[];
}

const IN_FLIGHT = 16;
/** Requests between two looks at what there is. */
const CHUNK = 2_000;
const CANCELLED_EVERY = 17;
const CANCELLED_WITHIN_MS = 13;
/** Mostly well formed: what is refused at the door never meets the walls behind it. */
const FLOOD: Wildness = { oddPercent: 8, brokenPercent: 10, borrowsWords: false };

/** Random requests of two organizations, each after everything of both; every answer is searched for the other's. */
export class Flood {
  readonly leaks: Leak[] = [];
  readonly #operations: Operation[];
  readonly #callers: Map<string, Caller>;
  readonly #sender: Sender;
  readonly #finder: ForeignFinder;
  #sent = 0;

  constructor(
    platform: Platform,
    document: OpenApiDocument,
    private readonly seed: number,
  ) {
    this.#operations = operationsOf(document);
    const callers = [...members(platform), ...strangers(platform)];
    this.#callers = new Map(callers.map((caller) => [caller.name, caller]));
    this.#sender = new Sender(platform.coreApi, new Authorizations(callers), IN_FLIGHT);
    this.#finder = new ForeignFinder(platform.organizations.map(({ id }) => id));
    // The stranger "elsewhere" is the first specialist at the second organization's door.
    const [first] = platform.organizations;
    if (first) for (const index of [0, 1]) this.#finder.learnVisitor(index, first.users.specialist);
  }

  /** How often an answer held something of the caller's own organization. */
  get own(): number {
    return this.#finder.own;
  }

  close(): void {
    this.#sender.close();
  }

  /** Sends so many requests, sixteen at a time, some cancelled on their way. */
  async run(requests: number, onProgress?: (sent: number) => void): Promise<FloodCounts> {
    const counts: FloodCounts = { sent: 0, cancelled: 0, statuses: {}, unanswered: [], cut: [] };
    while (counts.sent < requests) {
      const chunk = await this.chunk(Math.min(CHUNK, requests - counts.sent));
      await Promise.all(Array.from({ length: IN_FLIGHT }, () => this.work(chunk, counts)));
      if (counts.sent < requests) onProgress?.(counts.sent);
    }
    return counts;
  }

  /** New requests over what both organizations hold now. */
  private async chunk(size: number): Promise<FuzzRequest[]> {
    const names = [...this.#callers.keys()];
    const known = await gather(this.#operations, names, this.#sender, (request, body) =>
      this.learn(request, body),
    );
    const requests = requestsFor(this.#operations, names, known, FLOOD);
    return fc.sample(requests, { numRuns: size, seed: this.seed + this.#sent });
  }

  private learn(request: FuzzRequest, body: unknown): void {
    const organization = this.organizationOf(request.caller);
    if (organization === null) return;
    if (this.#sent === 0) this.#finder.learnWords(organization, body);
    const found = this.#finder.learnIds(organization, body);
    if (found.length > 0) this.leaks.push({ request, found });
  }

  private async work(requests: FuzzRequest[], counts: FloodCounts): Promise<void> {
    for (let template = requests.pop(); template; template = requests.pop()) {
      await this.one(template, counts);
    }
  }

  private async one(template: FuzzRequest, counts: FloodCounts): Promise<void> {
    const index = this.#sent++;
    const organization = this.organizationOf(template.caller);
    const request = withCanary(template, canaryFor(organization, index));
    const isCancelled = index % CANCELLED_EVERY === 0;
    const answer = await this.#sender.send(request, isCancelled ? index % CANCELLED_WITHIN_MS : undefined);
    counts.sent += 1;
    if (answer) this.search(organization, request, answer);
    if (answer?.isWhole) counts.statuses[answer.status] = (counts.statuses[answer.status] ?? 0) + 1;
    else if (isCancelled) counts.cancelled += 1;
    else counts[answer ? 'cut' : 'unanswered'].push(request);
  }

  private search(organization: number | null, request: FuzzRequest, answer: Answer): void {
    const isPut = request.method === 'PUT' && answer.status < 300;
    if (isPut && organization !== null) this.#finder.learnChosen(organization, request.target);
    const found = this.#finder.find(organization, request, answer);
    if (found.length > 0) this.leaks.push({ request, found });
  }

  private organizationOf(caller: string): number | null {
    return this.#callers.get(caller)?.organization ?? null;
  }
}
