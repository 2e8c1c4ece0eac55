import { createPublicKey, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from '../loopback';
import { bodyOf, formOf, jsonOf } from './clerk-bodies';
import { ClerkLab } from './clerk-lab';
import {
  ClerkOrganizations,
  toldMember,
  type ClerkMember,
  type ClerkOrganization,
} from './clerk-organizations';
import { ClerkRefusal, notFound, type Trouble } from './clerk-refusal';
import { ClerkSignIns, type ClerkMail, type ClerkUser, type SignIn } from './clerk-sign-ins';
import { signClerkWebhook, type ClerkEventOptions } from './clerk-webhooks';

export interface ClerkInstanceOptions {
  issuer: string;
  /** For the holder of which the Backend API is. */
  secretKey: string;
  webhookSecret: string;
  /** Origin of the page people sign in at; requests of a browser from elsewhere are refused. */
  origin: string;
  /** The instance's key; one of its own when absent. */
  keys?: ClerkLab;
  now?: () => number;
}

interface Session {
  id: string;
  client: string;
  user: Pick<ClerkUser, 'id' | 'organization'>;
  createdAt: number;
  status: 'active' | 'ended' | 'revoked';
}

/** As Clerk's are: about a minute. */
const TOKEN_SECONDS = 60;
type Answer = Record<string, unknown>;
type Route = (request: { headers: IncomingMessage['headers']; body: string; words: string[] }) => Answer;

/**
 * An instance of Clerk on loopback, in two halves as the vendor has them: the Frontend API, by which people sign in and
 * get tokens of a minute, and the Backend API, for the holder of the secret: keys, revoking sessions, and memberships.
 * What happens is told by signed webhooks.
 */
export class ClerkInstance {
  /** Where webhooks are sent; nowhere while undefined. */
  webhookUrl: string | undefined;
  /** Paths it was asked for, oldest first. */
  readonly asked: string[] = [];
  /** While true it answers 503 to everything. */
  isOut = false;
  /** While true, what the Backend API is asked to do is done and not answered. */
  silent = false;
  #keys: ClerkLab;
  readonly #signIns: ClerkSignIns;
  readonly #now: () => number;
  readonly #clients = new Set<string>();
  readonly #sessions = new Map<string, Session>();
  readonly #organizations: ClerkOrganizations;
  readonly #troubles: Trouble[] = [];
  readonly #telling = new Set<Promise<unknown>>();
  #server: Server | undefined;
  #port = 0;

  constructor(private readonly options: ClerkInstanceOptions) {
    this.#now = options.now ?? Date.now;
    this.#keys = options.keys ?? new ClerkLab();
    this.#signIns = new ClerkSignIns(this.#now);
    this.#organizations = new ClerkOrganizations((id) => this.#signIns.hasUser(id));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What was sent to people, oldest first. */
  get mails(): readonly ClerkMail[] {
    return this.#signIns.mails;
  }

  /** Listens on the port it had, or on a free one. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      if (this.isOut) return void response.writeHead(503).end();
      void this.#serve(request, response);
    });
    this.#port = Number(new URL(await listenOnLoopback(server, this.#port)).port);
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await closeServer(server);
    await Promise.allSettled(this.#telling);
  }

  addUser(user: ClerkUser): void {
    this.#signIns.addUser(user);
  }

  addOrganization(organization: ClerkOrganization): void {
    this.#organizations.add(organization);
  }

  get members(): readonly ClerkMember[] {
    return this.#organizations.members;
  }

  /** Makes a user a member, as a request of the Backend API does. Throws {@link ClerkRefusal}. */
  join(organizationId: string, userId: string): ClerkMember {
    return this.#join(organizationId, { user_id: userId, role: 'org:member' });
  }

  /** What the next requests for memberships are answered, in turn. */
  refuse(...troubles: Trouble[]): void {
    this.#troubles.push(...troubles);
  }

  /** From now on tokens are signed by another key; the one before is published no more. */
  rotateKey(keys = new ClerkLab()): void {
    this.#keys = keys;
  }

  readonly #routes: Readonly<Record<string, Route>> = {
    'POST v1/client/sign_ins': ({ headers, body }) => {
      const client = this.#clientOf(headers) ?? this.#newClient();
      return this.#told(this.#signIns.begin(client, formOf(headers, body)));
    },
    'GET v1/client/sign_ins/:id': ({ headers, words }) =>
      this.#told(this.#signIns.find(this.#client(headers), words[0] ?? '')),
    'POST v1/client/sign_ins/:id/prepare_first_factor': ({ headers, body, words }) =>
      this.#told(this.#signIns.prepare(this.#client(headers), words[0] ?? '', formOf(headers, body))),
    'POST v1/client/sign_ins/:id/attempt_first_factor': ({ headers, body, words }) =>
      this.#told(this.#signIns.attempt(this.#client(headers), words[0] ?? '', formOf(headers, body))),
    'GET v1/verify/:token': ({ words }) => {
      this.#told(this.#signIns.follow(words[0] ?? ''));
      return { status: 'verified' };
    },
    'POST v1/client/sessions/:id/tokens': ({ headers, words }) => ({
      object: 'token',
      jwt: this.#tokenOf(this.#ownSession(headers, words[0] ?? '')),
    }),
    'POST v1/client/sessions/:id/remove': ({ headers, words }) =>
      this.#end(this.#ownSession(headers, words[0] ?? ''), 'ended'),
    'GET .well-known/jwks.json': () => this.#keySet(),
    'GET v1/jwks': ({ headers }) => {
      this.#assertSecret(headers);
      return this.#keySet();
    },
    'POST v1/sessions/:id/revoke': ({ headers, words }) => {
      this.#assertSecret(headers);
      const session = this.#sessions.get(words[0] ?? '');
      if (session?.status !== 'active') throw notFound('session');
      return this.#end(session, 'revoked');
    },
    'POST v1/organizations/:id/memberships': ({ headers, body, words }) => {
      this.#assertSecret(headers);
      const trouble = this.#troubles.shift();
      if (trouble)
        throw new ClerkRefusal(trouble.status, trouble.code, 'Planted.', undefined, trouble.retryAfter);
      return toldMember(this.#join(words[0] ?? '', jsonOf(headers, body)));
    },
  };

  /** It is the organization the user's sessions begin in from now on. */
  #join(organizationId: string, body: unknown): ClerkMember {
    const member = this.#organizations.join(organizationId, body);
    this.#signIns.activate(member.userId, { ...member.organization, role: member.role.replace('org:', '') });
    this.#tell('organizationMembership.created', toldMember(member));
    return member;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: object, headers: Record<string, string | number> = {}) => {
      if (this.silent && request.url?.includes('/memberships')) return;
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    };
    try {
      const { route, words } = this.#find(request);
      this.#assertOrigin(request.headers);
      const sent = await bodyOf(request);
      const { client, ...body } = route({ headers: request.headers, body: sent, words });
      reply(200, body, client ? { authorization: client as string } : {});
    } catch (error) {
      const refusal =
        error instanceof ClerkRefusal ? error : new ClerkRefusal(500, 'internal_clerk_error', String(error));
      reply(refusal.status, refusal.body, refusal.retryAfter ? { 'retry-after': refusal.retryAfter } : {});
    }
  }

  #find({ method, url = '/' }: IncomingMessage): { route: Route; words: string[] } {
    const asked = new URL(url, this.url).pathname.slice(1).split('/');
    for (const [template, route] of Object.entries(this.#routes)) {
      const [verb, path = ''] = template.split(' ');
      const parts = path.split('/');
      if (verb !== method || parts.length !== asked.length) continue;
      if (parts.every((part, place) => part.startsWith(':') || part === asked[place]))
        return { route, words: asked.filter((_, place) => parts[place]?.startsWith(':')) };
    }
    throw notFound('route');
  }

  /** A browser says where the page is from; a request of a server or a native client says nothing. */
  #assertOrigin({ origin }: IncomingMessage['headers']): void {
    if (origin !== undefined && origin !== this.options.origin)
      throw new ClerkRefusal(400, 'origin_invalid', 'The Origin is not one of the instance.');
  }

  #assertSecret({ authorization }: IncomingMessage['headers']): void {
    if (authorization !== `Bearer ${this.options.secretKey}`)
      throw new ClerkRefusal(401, 'clerk_key_invalid', 'The secret key is not valid.');
  }

  #newClient(): string {
    const client = randomBytes(24).toString('base64url');
    this.#clients.add(client);
    return client;
  }

  #clientOf({ authorization }: IncomingMessage['headers']): string | undefined {
    return authorization !== undefined && this.#clients.has(authorization) ? authorization : undefined;
  }

  #client(headers: IncomingMessage['headers']): string {
    const client = this.#clientOf(headers);
    if (!client) throw new ClerkRefusal(401, 'authentication_invalid', 'Unable to authenticate the request.');
    return client;
  }

  #ownSession(headers: IncomingMessage['headers'], id: string): Session {
    const session = this.#sessions.get(id);
    if (!session || session.client !== this.#client(headers)) throw notFound('session');
    if (session.status !== 'active')
      throw new ClerkRefusal(401, 'resource_forbidden', 'The session is over.');
    return session;
  }

  /** A sign-in as its client sees it; one that has just been completed begins its session. */
  #told({ id, client, user, status, sessionId, verification }: SignIn): Answer {
    if (sessionId && !this.#sessions.has(sessionId)) {
      const session: Session = { id: sessionId, client, user, createdAt: this.#now(), status: 'active' };
      this.#sessions.set(sessionId, session);
      this.#tell('session.created', told(session));
    }
    const strategies = ['email_code', 'email_link', ...(user.password ? ['password'] : [])];
    const response = {
      ...{ object: 'sign_in_attempt', id, status, identifier: user.email },
      supported_first_factors: strategies.map((strategy) => ({ strategy })),
      first_factor_verification: verification && {
        status: verification.status,
        strategy: verification.strategy,
      },
      created_session_id: sessionId ?? null,
    };
    return { client, response };
  }

  #end(session: Session, status: 'ended' | 'revoked'): Answer {
    session.status = status;
    this.#tell(`session.${status}`, told(session));
    return told(session);
  }

  #tokenOf({ id, user: { id: subject, organization } }: Session): string {
    const { issuer, origin } = this.options;
    return this.#keys.mintSessionToken({
      ...{ subject, organization, sessionId: id, issuer, authorizedParty: origin },
      expiresInSeconds: TOKEN_SECONDS,
    });
  }

  #keySet(): Answer {
    const jwk = createPublicKey(this.#keys.publicKey).export({ format: 'jwk' });
    return { keys: [{ ...jwk, kid: this.#keys.keyId, use: 'sig', alg: 'RS256' }] };
  }

  /** Told once; an event nobody took is not sent again, which a spec does by itself. */
  #tell(type: string, data: Answer): void {
    if (!this.webhookUrl) return;
    const event: ClerkEventOptions = { type, data, occurredAt: new Date(this.#now()) };
    const webhook = signClerkWebhook(this.options.webhookSecret, event);
    const telling = fetch(this.webhookUrl, { method: 'POST', ...webhook })
      .then((answer) => answer.arrayBuffer())
      .catch(() => undefined)
      .finally(() => this.#telling.delete(telling));
    this.#telling.add(telling);
  }
}

const told = ({ id, user, status, createdAt }: Session): Answer => ({
  ...{ object: 'session', id, user_id: user.id, status, created_at: createdAt },
  last_active_organization_id: user.organization?.id ?? null,
});
