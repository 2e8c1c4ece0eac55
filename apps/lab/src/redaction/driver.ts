import { randomUUID } from 'node:crypto';
import { Authorizations, members, type Caller } from '../fuzz/callers';
import { operationsOf, type OpenApiDocument, type Operation, type Schema } from '../fuzz/document';
import { gather } from '../fuzz/gather';
import type { KnownValues } from '../fuzz/known-values';
import { Sender, type Answer } from '../fuzz/send';
import type { Platform } from '@restartix/testing';
import { markedValue, withMarks } from './marked-body';
import type { Marks } from './marks';
import { misfits, type Asked } from './misfits';

/** The body, or fields of it, that are about no person. */
type AboutNobody = 'all' | readonly string[];

/**
 * What an organization publishes or names its own things by stands plain in its rows and its trail, and so do the
 * technical fields of an event that was refused. A text that is not on this list must be protected by its route.
 */
export const ABOUT_NO_PERSON: Readonly<Record<string, AboutNobody>> = {
  'PATCH /v1/organizations/{id}': 'all',
  'POST /v1/clinics': 'all',
  'PATCH /v1/clinics/{id}': 'all',
  'POST /v1/specialties': 'all',
  'PATCH /v1/specialties/{id}': 'all',
  'POST /v1/appointment-types': 'all',
  'PATCH /v1/appointment-types/{id}': 'all',
  'POST /v1/specialists': ['title'],
  'PATCH /v1/specialists/{id}': ['title'],
  'POST /v1/api-keys': ['label'],
  'POST /v1/consent-texts': 'all',
  'PATCH /v1/audit-dead-letters/{event_id}': ['user_agent'],
};

/** A request that is known to succeed. */
export interface Ready {
  /** The name of a caller. */
  caller: string;
  target: string;
  body: object;
  headers?: Record<string, string>;
}

/** Answers a new one for a route, in the name of an organization by its place; undefined when none is known. */
export type MakeReady = (operation: Operation, organization: number) => Promise<Ready | undefined>;

const JSON_TYPE = { 'content-type': 'application/json' };

/** Drives marked data through every route of the document, as everybody. */
export class Driver {
  /** "POST /v1/patients 201" → how many. */
  readonly answers = new Map<string, number>();
  /** Bodies of answers that are no success: they may repeat nothing. */
  readonly refusals: string[] = [];
  readonly callers: Caller[];
  readonly operations: Operation[];
  readonly #sender: Sender;
  /** What each caller's lists showed, once asked. */
  readonly #shown = new Map<string, KnownValues>();
  /** Route → the names of those it ever let through. */
  readonly #welcome = new Map<string, Set<string>>();

  constructor(
    platform: Platform,
    document: OpenApiDocument,
    /** Of a patient, and of an organization. */
    private readonly marks: { person: Marks; organization: Marks },
  ) {
    this.callers = members(platform);
    const isErasure = ({ path }: Operation) => path.endsWith('/erasure');
    const operations = operationsOf(document);
    // The others still need whom it erases.
    this.operations = [...operations.filter((each) => !isErasure(each)), ...operations.filter(isErasure)];
    this.#sender = new Sender(platform.coreApi, new Authorizations(this.callers));
  }

  close(): void {
    this.#sender.close();
  }

  /** Routes that never answered a marked body with success. */
  get unreached(): string[] {
    const reached = [...this.answers.keys()].filter((key) => / 2\d\d$/.test(key));
    const withBody = this.operations.filter(({ body }) => body).map(({ route }) => route);
    return withBody.filter((route) => !reached.some((key) => key.startsWith(`${route} `)));
  }

  /** Every route with marks that fit, on real ids, as every member of both organizations. */
  async meet(): Promise<void> {
    await this.eachAs(
      () => this.callers,
      (operation, caller) => this.ask(operation, caller, {}),
    );
  }

  /** The same as those who were let through before; every route, or some. */
  async succeed(routes?: readonly string[]): Promise<void> {
    await this.eachAs(
      (operation) => this.welcomeAt(operation),
      (operation, caller) => this.ask(operation, caller, {}),
      routes,
    );
  }

  /** Routes that take a body by requests that are known to succeed, with as many marks as each takes. */
  async follow(make: MakeReady, routes?: readonly string[]): Promise<void> {
    for (const operation of this.operations) {
      if (!operation.body || routes?.includes(operation.route) === false) continue;
      for (const organization of [0, 1]) await this.followOne(operation, operation.body, organization, make);
    }
  }

  /** Every route with single fields that hold what was stored: searches find it. */
  async repeat(): Promise<void> {
    this.#shown.clear();
    await this.eachAs(
      (operation) => this.welcomeAt(operation),
      async (operation, caller) => {
        const shown = await this.shownTo(caller);
        const marks = this.marksOf(operation);
        for (const [field, schema] of Object.entries(operation.body?.properties ?? {})) {
          const stored = shown.for(field, schema).find((value) => marks.findIn(String(value)).length > 0);
          if (stored !== undefined) await this.ask(operation, caller, { body: { [field]: stored } });
        }
      },
    );
  }

  /** Every route once, all at the same time. */
  async touch(): Promise<void> {
    const [caller] = this.callers.filter(({ name }) => name.endsWith('specialist'));
    if (caller) await Promise.all(this.operations.map((operation) => this.ask(operation, caller, {})));
  }

  /** Every route with marks that do not fit: in wrong places, as wrong types, in addresses, queries and headers. */
  async fail(): Promise<void> {
    this.#shown.clear();
    await this.eachAs(
      (operation) => this.oneOfEach(operation),
      async (operation, caller) => {
        for (const asked of misfits(operation, this.marksOf(operation)))
          await this.ask(operation, caller, asked);
        for (const target of await this.foreign(operation)) await this.ask(operation, caller, { target });
      },
    );
  }

  /** One request: the route's own address on real ids and a marked body, unless told otherwise. */
  async ask(operation: Operation, caller: Caller, asked: Asked): Promise<Answer | null> {
    const { route, method, path } = operation;
    const fitting = operation.body && markedValue(operation.body, this.marksOf(operation));
    const body = JSON.stringify(this.sorted(route, 'body' in asked ? asked.body : fitting)) ?? null;
    const answer = await this.#sender.send({
      route,
      method,
      caller: caller.name,
      target: await this.addressed(asked.target ?? path, caller),
      headers: asked.headers ?? (body === null ? {} : JSON_TYPE),
      body,
      encoding: 'utf8',
    });
    this.note(route, caller, answer);
    return answer;
  }

  /** With marks in every text that the route may take, else in those the request has, else as it is. */
  private async followOne(
    operation: Operation,
    schema: Schema,
    organization: number,
    make: MakeReady,
  ): Promise<void> {
    const marks = this.marksOf(operation);
    const everywhere = (body: object) => withMarks(schema, body, marks, true);
    const ways = [
      ...[everywhere, everywhere], // the first may find that their session was ended
      (body: object) => withMarks(schema, body, marks, false),
      (body: object) => body,
    ];
    for (const way of ways) {
      const ready = await make(operation, organization);
      const caller = this.callers.find(({ name }) => name === ready?.caller);
      if (!ready || !caller) return;
      const headers = { ...JSON_TYPE, ...ready.headers };
      const answer = await this.ask(operation, caller, {
        target: ready.target,
        headers,
        body: way(ready.body),
      });
      if (answer && answer.status < 300) return;
    }
  }

  private marksOf({ route }: Operation): Marks {
    return ABOUT_NO_PERSON[route] === 'all' ? this.marks.organization : this.marks.person;
  }

  /** The body with other marks in the fields that are about no person. */
  private sorted(route: string, body: unknown): unknown {
    const fields = ABOUT_NO_PERSON[route];
    if (fields === undefined || fields === 'all' || typeof body !== 'object' || body === null) return body;
    const others = fields.filter(
      (field) =>
        field in body &&
        this.marks.person.findIn(JSON.stringify(body[field as keyof typeof body])).length > 0,
    );
    return { ...body, ...Object.fromEntries(others.map((field) => [field, this.marks.organization.text()])) };
  }

  private note(route: string, { name }: Caller, answer: Answer | null): void {
    if (answer && answer.status < 300) {
      this.#welcome.set(route, (this.#welcome.get(route) ?? new Set()).add(name));
    }
    const key = `${route} ${answer?.status ?? 'none'}`;
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
    if (answer && answer.status >= 300) this.refusals.push(answer.text);
  }

  /** Whom a route let through; everybody where it let nobody through yet. */
  private welcomeAt({ route }: Operation): Caller[] {
    const names = this.#welcome.get(route);
    return names ? this.callers.filter(({ name }) => names.has(name)) : this.callers;
  }

  /** Of the first organization, somebody the route lets through and somebody it does not. */
  private oneOfEach(operation: Operation): Caller[] {
    const callers = this.callers.filter(({ organization }) => organization === 0);
    const welcome = this.welcomeAt(operation);
    return [
      callers.find((caller) => welcome.includes(caller)),
      callers.find((caller) => !welcome.includes(caller)),
    ].filter((caller) => caller !== undefined);
  }

  /** The operations one after another, each as several callers at the same time. */
  private async eachAs(
    callersAt: (operation: Operation) => readonly Caller[],
    work: (operation: Operation, caller: Caller) => Promise<unknown>,
    routes?: readonly string[],
  ): Promise<void> {
    for (const operation of this.operations) {
      if (routes?.includes(operation.route) === false) continue;
      await Promise.all(callersAt(operation).map((caller) => work(operation, caller)));
    }
  }

  /** The template with ids of things: what this caller is shown, else what somebody is. */
  private async addressed(template: string, caller: Caller): Promise<string> {
    const place = /^.*?\{\w+\}/.exec(template)?.[0];
    if (place === undefined) return template;
    const others = this.callers.filter(({ name }) => name !== caller.name);
    for (const somebody of [caller, ...others]) {
      const [id] = (await this.shownTo(somebody)).at(place);
      if (id !== undefined) return template.replace(/\{\w+\}/, String(id));
    }
    return template.replace(/\{\w+\}/, randomUUID()); // things nobody is shown here: the route is met, if not reached
  }

  /** The address of something that only the second organization has. */
  private async foreign({ path }: Operation): Promise<string[]> {
    if (!path.includes('{')) return [];
    const theirs = this.callers.filter(({ organization }) => organization === 1);
    return Promise.all(theirs.slice(0, 1).map((caller) => this.addressed(path, caller)));
  }

  private async shownTo({ name }: Caller): Promise<KnownValues> {
    const shown = this.#shown.get(name) ?? (await gather(this.operations, [name], this.#sender));
    this.#shown.set(name, shown);
    return shown;
  }
}
