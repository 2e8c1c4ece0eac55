import { createHash, randomBytes } from 'node:crypto';
import type { OidcLab, OidcUser } from './oidc-lab';

/** The provider's word on a request it refused, such as "invalid_client". */
export class OidcRefusal extends Error {}

const MOST_REDIRECTS = 12;

/** Signs a user in as a client app does: authorization code flow with PKCE. Throws {@link OidcRefusal}. */
export async function signInAtOidc(
  lab: OidcLab,
  user: OidcUser,
  client: { id: string; secret: string; callback: string } = lab.client,
): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const question = new URLSearchParams({
    ...{ client_id: client.id, redirect_uri: client.callback, response_type: 'code', scope: lab.scope },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
  });
  const code = await follow(`${lab.issuer}/auth?${question}`, client.callback, lab.signInAs(user));
  const credentials = Buffer.from(`${client.id}:${client.secret}`).toString('base64');
  const answer = await fetch(`${lab.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({
      ...{ grant_type: 'authorization_code', code, redirect_uri: client.callback },
      code_verifier: verifier,
    }),
  });
  const body = (await answer.json()) as { access_token?: string; error?: string };
  if (!body.access_token) throw new OidcRefusal(body.error ?? String(answer.status));
  return body.access_token;
}

/** Follows the redirects to the callback as a browser does, and answers the code it was given. */
async function follow(start: string, callback: string, signIn: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let count = 0; count < MOST_REDIRECTS && !url.startsWith(callback); count += 1) {
    url = await step(url, cookies);
    if (new URL(url).pathname.startsWith('/interaction/')) url += signIn;
  }
  const given = new URL(url).searchParams;
  const code = given.get('code');
  if (!code) throw new OidcRefusal(given.get('error') ?? 'no code');
  return code;
}

/** One page: keeps its cookies, answers where it leads to. */
async function step(url: string, cookies: Map<string, string>): Promise<string> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
  for (const line of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, value);
  }
  const next = answer.headers.get('location');
  if (next) return new URL(next, url).href;
  throw new OidcRefusal(/invalid_\w+/.exec(await answer.text())?.[0] ?? String(answer.status));
}
