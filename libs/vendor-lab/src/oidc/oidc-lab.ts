import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SignJWT, type JWTPayload } from 'jose';
import type { Configuration, Provider } from 'oidc-provider';
import { closeServer, listenOnLoopback } from '../loopback';

/** The API that tokens are for, and what it is asked for. */
export const OIDC_AUDIENCE = 'https://api.lab.example';
const SCOPE = 'clinic';
const ALGORITHM = 'RS256';
const MINUTE = 60;
const LIFETIMES = { AccessToken: 5 * MINUTE, AuthorizationCode: MINUTE, IdToken: 5 * MINUTE };
const SESSIONS = { Grant: 60 * MINUTE, Interaction: 10 * MINUTE, Session: 60 * MINUTE };

const CALLBACK = 'http://127.0.0.1/callback';

/** Who signs in at the provider, and how. */
export interface OidcUser {
  subject: string;
  /** The active organization, as Auth0 says it: org_id. */
  organization?: string;
  /** RFC 8176; a password when absent. */
  amr?: string[];
}

/**
 * An OpenID Connect provider (npm oidc-provider, unchanged) on loopback: discovery, keys, the authorization code flow
 * with PKCE, JWT access tokens. Its page for signing in asks nobody: the client says who is there.
 */
export class OidcLab {
  readonly client = { id: 'clinic-app', secret: randomBytes(24).toString('base64url'), callback: CALLBACK };
  readonly scope = `openid ${SCOPE}`;
  /** Paths it was asked for, oldest first. */
  readonly asked: string[] = [];
  /** While true it answers 503 to everything. */
  isOut = false;
  readonly #key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  readonly #organizations = new Map<string, string>();
  #server: Server | undefined;
  #issuer = '';

  get issuer(): string {
    return this.#issuer;
  }

  /** Listens on the port it had, or on a free one. */
  async start(): Promise<void> {
    const port = this.#issuer ? Number(new URL(this.#issuer).port) : 0;
    const server = createServer();
    this.#issuer = await listenOnLoopback(server, port);
    const { Provider: OidcProvider } = await import('oidc-provider'); // a second of loading, for those who start it
    const provider = new OidcProvider(this.#issuer, this.#configuration());
    const answer = provider.callback();
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.asked.push(request.url ?? '');
      if (this.isOut) return void response.writeHead(503).end();
      const isInteraction = request.url?.startsWith('/interaction/');
      void (isInteraction ? this.#interact(provider, request, response) : answer(request, response));
    });
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await closeServer(server);
  }

  /** Where a user with this subject signs in: appended to the address of the page. */
  signInAs({ subject, organization, amr = ['pwd'] }: OidcUser): string {
    if (organization) this.#organizations.set(subject, organization);
    return `?${new URLSearchParams({ subject, amr: amr.join(' ') }).toString()}`;
  }

  /** A token with these claims under the provider's own key: for what a verifier must refuse. */
  mint(claims: JWTPayload, key: KeyObject = this.#key, kid = 'lab'): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: this.#issuer, aud: OIDC_AUDIENCE, iat: now, exp: now + MINUTE, sid: 'sid_1' };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'at+jwt' })
      .sign(key);
  }

  #configuration(): Configuration {
    const { id, secret, callback } = this.client;
    const resource = {
      ...{ scope: SCOPE, audience: OIDC_AUDIENCE, accessTokenTTL: LIFETIMES.AccessToken },
      ...{ accessTokenFormat: 'jwt' as const, jwt: { sign: { alg: ALGORITHM as 'RS256' } } },
    };
    return {
      clients: [{ client_id: id, client_secret: secret, redirect_uris: [callback] }],
      jwks: { keys: [{ ...this.#key.export({ format: 'jwk' }), kid: 'lab', use: 'sig', alg: ALGORITHM }] },
      cookies: { keys: [randomBytes(16).toString('hex')] },
      ttl: { ...LIFETIMES, ...SESSIONS },
      features: {
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => OIDC_AUDIENCE,
          useGrantedResource: () => true,
          getResourceServerInfo: () => resource,
        },
      },
      findAccount: (_context, subject) => ({ accountId: subject, claims: () => ({ sub: subject }) }),
      extraTokenClaims: ({ oidc }, token) => {
        const { authTime, amr } = oidc.entities.AuthorizationCode ?? {};
        const organization = this.#organizations.get('accountId' in token ? token.accountId : '');
        const sid = 'sessionUid' in token ? token.sessionUid : undefined;
        return { sid, auth_time: authTime, amr, ...(organization ? { org_id: organization } : {}) };
      },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      pkce: { required: () => true },
    };
  }

  /** Signs in whom the address names, and consents for them. */
  async #interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? '', this.#issuer).searchParams;
    const accountId = asked.get('subject') ?? '';
    const { prompt, params } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      const login = { accountId, amr: (asked.get('amr') ?? '').split(' ') };
      return provider.interactionFinished(request, response, { login });
    }
    const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
    grant.addOIDCScope('openid');
    grant.addResourceScope(OIDC_AUDIENCE, SCOPE);
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
  }
}
