import type { FuzzRequest } from '../fuzz/request';
import type { Answer } from '../fuzz/send';
import { parsedAll } from '../fuzz/text';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const CANARY = /zqorg([\dx])n[0-9a-z]+?qz/gi;
const ORGANIZATION = /"organization_id":(\d+)/g;
/** Where an organization publishes something for strangers, and the fields it publishes there: anybody may read those. */
const PUBLISHED = /^\/v1\/(appointment-types\/[^/]+\/(details|timeslots)|public\/appointment-types)(\?|$)/;
const PUBLISHED_FIELDS = /^(id|name|title|description|specialist_id|clinic_id|address|city)$/;
/** Fields whose texts are somebody's own. */
const TELLING = /name|email|phone|slug|line\d|_ehr_id|member_id|website/;

/** The canary of what a caller of an organization writes. */
export const canaryFor = (organization: number | null, index: number): string =>
  `zqorg${organization ?? 'x'}n${index.toString(36)}qz`;

/** Knows what belongs to which organization, and finds what is in the wrong answer. */
export class ForeignFinder {
  /** Text or id → who was shown it by their own tokens. */
  readonly #owners = new Map<string, Set<number>>();
  /** How often an answer held something of the caller's own: a flood that sees nothing proves nothing. */
  own = 0;

  /** `organizations`: their ids, in their places. */
  constructor(private readonly organizations: readonly number[]) {}

  /** Keeps the names, addresses and numbers an organization is shown by lists of its own, before anybody writes any. */
  learnWords(organization: number, body: unknown): void {
    for (const [field, text] of textsOf(body)) {
      if (TELLING.test(field) && text.length > 3) this.keep(organization, text.toLowerCase());
    }
  }

  /** Keeps the ids an organization is shown by lists of its own; answers those that another was shown before. */
  learnIds(organization: number, body: unknown): string[] {
    const ids = textsOf(body).flatMap(([, text]) => text.toLowerCase().match(UUID) ?? []);
    const foreign = ids.filter((id) => this.isForeign(organization, id));
    for (const id of ids) if (!this.#owners.has(id)) this.keep(organization, id);
    return foreign;
  }

  /** Keeps the ids under which an organization put something: it chose them, and another may choose the same. */
  learnChosen(organization: number, target: string): void {
    for (const id of target.match(UUID) ?? []) this.keep(organization, id.toLowerCase());
  }

  /** Keeps the id of a person whom both know: one who knocks at an organization is named in its trail. */
  learnVisitor(organization: number, id: string): void {
    this.keep(organization, id.toLowerCase());
  }

  /**
   * What an answer holds of another organization. Not counted: what the caller sent, what is published where it is
   * published, and in the trail of refusals the id that was asked for.
   */
  find(organization: number | null, { target, body }: FuzzRequest, { text, headers }: Answer): string[] {
    const sent = `${decoded(target)} ${body ?? ''}`.toLowerCase();
    const isPublished = (field: string) => PUBLISHED.test(target) && PUBLISHED_FIELDS.test(field);
    const texts = textsOf(parsedAll(text)).flatMap(([field, word]) => (isPublished(field) ? [] : [word]));
    const ids = [...texts, JSON.stringify(headers)].flatMap((word) => word.match(UUID) ?? []);
    const words = [...texts, ...ids].map((word) => word.toLowerCase());
    const found = [
      ...words.filter((word) => this.isForeign(organization, word)),
      ...texts.flatMap((word) => canariesOfOthers(organization, word)),
    ];
    const unsent = found.filter((word) => !sent.includes(word.toLowerCase()));
    return [...new Set([...unsent, ...this.otherOrganizations(organization, text)])];
  }

  private otherOrganizations(organization: number | null, text: string): string[] {
    const own = organization === null ? null : this.organizations[organization];
    return [...text.matchAll(ORGANIZATION)].filter(([, id]) => Number(id) !== own).map(([match]) => match);
  }

  private isForeign(organization: number | null, word: string): boolean {
    const owners = this.#owners.get(word);
    if (!owners) return false;
    if (organization !== null && owners.has(organization)) this.own += 1;
    return organization === null || !owners.has(organization);
  }

  private keep(organization: number, word: string): void {
    const owners = this.#owners.get(word) ?? new Set();
    this.#owners.set(word, owners.add(organization));
  }
}

function canariesOfOthers(organization: number | null, text: string): string[] {
  const own = String(organization ?? 'x');
  return [...text.matchAll(CANARY)].filter(([, owner]) => owner !== own).map(([canary]) => canary);
}

/**
 * Every text of a body with the name of its field, without the ids that refusals name, and without those of requests:
 * one command of the operator's may have worked for several organizations, and its id stands in the trail of each.
 */
function textsOf(value: unknown, field = ''): [field: string, text: string][] {
  if (typeof value === 'string') return [[field, value]];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => textsOf(item, field));
  const isRefusal = 'action' in value && value.action === 'deny';
  const shown = Object.entries(value).filter(
    ([name]) => name !== 'request_id' && !(isRefusal && name === 'resource_id'),
  );
  return shown.flatMap(([name, item]) => textsOf(item, name));
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
