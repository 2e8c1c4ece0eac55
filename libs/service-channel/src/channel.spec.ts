import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from '@nestjs/common';
import { httpbis } from 'http-message-signatures';
import { createContext, runInContext } from '@restartix/context';
import { DomainError, toProblem } from '@restartix/errors';
import { ChannelClient, ChannelGuard, contentDigest, keyId, NonceCache, signRequest } from './index';

const PATH = '/internal/v1/audit-events';
const pair = () => generateKeyPairSync('ed25519');
const privatePem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

/** A service behind the guard: echoes what it accepted, answers problems for what it refused. */
class GuardedService {
  server: Server;
  url: string;
  requests: IncomingMessage[] = [];
  answer: { status: number; body: string } | null = null;

  constructor(private readonly guard: ChannelGuard) {}

  async start(): Promise<this> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const rawBody = Buffer.concat(chunks);
        const problem = await this.guard
          .accept(Object.assign(request, { rawBody }))
          .then(() => null, toProblem);
        this.requests.push(request);
        response.statusCode = problem?.status ?? this.answer?.status ?? 200;
        response.end(problem ? JSON.stringify(problem) : (this.answer?.body ?? rawBody));
      });
    });
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

const known = pair();
const second = pair();
const stranger = pair();
let service: GuardedService;

beforeEach(async () => {
  const publicKeys = publicPem(known.publicKey) + publicPem(second.publicKey);
  service = await new GuardedService(new ChannelGuard({ publicKeys, isOpen: () => false })).start();
});
afterEach(() => service.stop());

const client = (key: KeyObject = known.privateKey, baseUrl = service.url) =>
  new ChannelClient({ baseUrl, privateKey: privatePem(key), timeoutMs: 2000 });

interface Signing {
  key?: KeyObject;
  publicKey?: KeyObject;
  body?: string;
  path?: string;
  now?: number;
}

/** Headers of a correctly signed request, for tests that then break something. */
function signed({ key, publicKey, body = '{}', path = PATH, now }: Signing = {}) {
  return signRequest(
    {
      method: 'POST',
      url: service.url + path,
      headers: { 'content-type': 'application/json', 'content-digest': contentDigest(body) },
    },
    { id: keyId(publicKey ?? known.publicKey), privateKey: key ?? known.privateKey },
    now,
  );
}

async function send(headers: Record<string, string>, body = '{}', path = PATH) {
  const answer = await fetch(service.url + path, { method: 'POST', headers, body });
  return { status: answer.status, code: ((await answer.json()) as { code?: string }).code };
}

/** A valid signature of the known key over a choice of components and parameters. */
async function signedOver({ fields, params }: { fields: string[]; params: string[] }) {
  const headers = { 'content-type': 'application/json', 'content-digest': contentDigest('{}') };
  const key = {
    id: keyId(known.publicKey),
    alg: 'ed25519',
    sign: async (data: Buffer) => sign(null, data, known.privateKey),
  };
  const paramValues = { nonce: randomUUID(), ...(params.includes('created') ? {} : { created: null }) };
  const message = { method: 'POST', url: service.url + PATH, headers };
  const signedMessage = await httpbis.signMessage({ key, fields, params, paramValues }, message);
  return signedMessage.headers as Record<string, string>;
}

const REFUSED = { status: 401, code: 'channel_signature_invalid' };

describe('a signed message', () => {
  it('is let in, answered and carries the request id of the work in hand', async () => {
    const body = { organization: 1, text: 'Ærlig 🏥' };
    const context = createContext({ requestId: 'req-7' });
    await expect(runInContext(context, () => client().post(PATH, body))).resolves.toEqual(body);
    expect(service.requests[0]?.headers['x-request-id']).toBe('req-7');
  });

  it('is let in under any of the accepted keys', async () => {
    await expect(client(second.privateKey).post(PATH, {})).resolves.toEqual({});
  });

  it('goes over a kept connection', async () => {
    const sender = client();
    await sender.post(PATH, { a: 1 });
    await sender.post(PATH, { a: 2 });
    const ports = service.requests.map((request) => request.socket.remotePort);
    expect(ports[0]).toBe(ports[1]);
    sender.close();
  });
});

describe('refuses', () => {
  it('an unsigned message', async () => {
    const headers = { 'content-type': 'application/json', 'content-digest': contentDigest('{}') };
    await expect(send(headers)).resolves.toEqual(REFUSED);
  });

  it('a changed body, with the old digest and with a new one', async () => {
    const headers = await signed();
    await expect(send(headers, '{"a":1}')).resolves.toEqual(REFUSED);
    await expect(
      send({ ...headers, 'content-digest': contentDigest('{"a":1}') }, '{"a":1}'),
    ).resolves.toEqual(REFUSED);
  });

  it('another path, method or content type than the signed one, and a query', async () => {
    const headers = await signed();
    await expect(send(headers, '{}', '/internal/v1/audit-logs/get')).resolves.toEqual(REFUSED);
    await expect(send(headers, '{}', `${PATH}?a=1`)).resolves.toEqual(REFUSED);
    await expect(send({ ...headers, 'content-type': 'text/plain' })).resolves.toEqual(REFUSED);
    const put = await fetch(service.url + PATH, { method: 'PUT', headers, body: '{}' });
    expect(put.status).toBe(401);
    await expect(send(headers)).resolves.toEqual({ status: 200, code: undefined });
  });

  it('a message older than the window, or from a clock far ahead', async () => {
    await expect(send(await signed({ now: Date.now() - 62_000 }))).resolves.toEqual(REFUSED);
    await expect(send(await signed({ now: Date.now() + 30_000 }))).resolves.toEqual(REFUSED);
  });

  it('the same message a second time', async () => {
    const headers = await signed();
    await expect(send(headers)).resolves.toEqual({ status: 200, code: undefined });
    await expect(send(headers)).resolves.toEqual({ status: 401, code: 'channel_replay' });
  });

  it('a foreign key, also under the id of a known one', async () => {
    const own = await signed({ key: stranger.privateKey, publicKey: stranger.publicKey });
    await expect(send(own)).resolves.toEqual(REFUSED);
    await expect(send(await signed({ key: stranger.privateKey }))).resolves.toEqual(REFUSED);
  });

  it('a valid signature of a known key over fewer components, or without a nonce', async () => {
    const params = ['created', 'expires', 'nonce', 'keyid', 'alg'];
    const fields = ['@method', '@path', 'content-digest', 'content-type'];
    await expect(send(await signedOver({ fields, params }))).resolves.toEqual({
      status: 200,
      code: undefined,
    });
    for (const left of fields) {
      const fewer = fields.filter((field) => field !== left);
      await expect(send(await signedOver({ fields: fewer, params }))).resolves.toEqual(REFUSED);
    }
    for (const left of ['nonce', 'created', 'alg']) {
      const fewer = params.filter((param) => param !== left);
      await expect(send(await signedOver({ fields, params: fewer }))).resolves.toEqual(REFUSED);
    }
  });

  it('signature fields that cannot be read', async () => {
    const headers = await signed();
    await expect(send({ ...headers, 'Signature-Input': 'sig=(((' })).resolves.toEqual(REFUSED);
    await expect(send({ ...headers, Signature: 'sig=:AAAA:' })).resolves.toEqual(REFUSED);
  });
});

it('asks for a new signature when the message was signed before the receiver started', async () => {
  const later = new ChannelGuard({
    publicKeys: publicPem(known.publicKey),
    isOpen: () => false,
    now: () => Date.now() + 10_000,
  });
  const headers = lowerCase(await signed());
  const request = { method: 'POST', url: PATH, headers, rawBody: Buffer.from('{}') };
  await expect(later.accept(request as never)).rejects.toMatchObject({ code: 'telemetry_unavailable' });
});

it('lets routes through that are declared open, and no others', async () => {
  const context = { switchToHttp: () => ({ getRequest: () => ({ url: '/x', headers: {} }) }) };
  const guard = (open: boolean) =>
    new ChannelGuard({ publicKeys: publicPem(known.publicKey), isOpen: () => open });
  await expect(guard(true).canActivate(context as never as ExecutionContext)).resolves.toBe(true);
  await expect(guard(false).canActivate(context as never as ExecutionContext)).rejects.toMatchObject({
    code: REFUSED.code,
  });
});

it('refuses keys of another kind', () => {
  const { publicKey } = generateKeyPairSync('x25519');
  expect(() => new ChannelGuard({ publicKeys: publicPem(publicKey), isOpen: () => false })).toThrow(
    /Ed25519/,
  );
  expect(() => new ChannelGuard({ publicKeys: 'none', isOpen: () => false })).toThrow(/Ed25519/);
});

describe('the nonce cache', () => {
  it('forgets a nonce only when its message has expired', () => {
    const cache = new NonceCache();
    expect(cache.remember('a', 100, 160)).toBe('new');
    expect(cache.remember('a', 160, 160)).toBe('seen');
    expect(cache.remember('a', 161, 221)).toBe('new');
  });

  it('refuses new nonces when full rather than forgetting old ones', () => {
    const cache = new NonceCache(2);
    cache.remember('a', 100, 160);
    cache.remember('b', 100, 160);
    expect(cache.remember('c', 101, 161)).toBe('full');
    expect(cache.remember('a', 101, 161)).toBe('seen');
    expect(cache.remember('c', 161, 221)).toBe('new');
  });
});

describe('the client reports', () => {
  const failure = (sender = client()) =>
    sender.post(PATH, {}).then(
      () => null,
      (error: unknown) => error as DomainError,
    );
  const answering = (status: number, body: unknown) => {
    service.answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  };

  it('an unreachable service, a silent one and a failing one as telemetry_unavailable', async () => {
    const { url } = service;
    answering(500, { code: 'internal_error' });
    await expect(failure()).resolves.toMatchObject({ code: 'telemetry_unavailable' });
    answering(502, '<html>');
    await expect(failure()).resolves.toMatchObject({ code: 'telemetry_unavailable' });
    answering(200, 'no json');
    await expect(failure()).resolves.toMatchObject({ code: 'telemetry_unavailable' });
    await service.stop();
    await expect(failure(client(known.privateKey, url))).resolves.toMatchObject({
      code: 'telemetry_unavailable',
    });
    await service.start();
    service.server.removeAllListeners('request');
    const hasty = new ChannelClient({
      baseUrl: service.url,
      privateKey: privatePem(known.privateKey),
      timeoutMs: 200,
    });
    await expect(failure(hasty)).resolves.toMatchObject({ code: 'telemetry_unavailable' });
  });

  it('problem codes of the other side as they are', async () => {
    answering(503, { code: 'analytics_unavailable' });
    await expect(failure()).resolves.toMatchObject({ code: 'analytics_unavailable' });
    answering(400, { code: 'validation_error', errors: [{ field: 'events', reason: 'must be an array' }] });
    await expect(failure()).resolves.toMatchObject({
      code: 'validation_error',
      errors: [{ field: 'events' }],
    });
  });

  it('a signature that is not taken as telemetry_unavailable, with the true code as the cause', async () => {
    const error = await failure(client(stranger.privateKey));
    expect(error).toMatchObject({ code: 'telemetry_unavailable', cause: { code: REFUSED.code } });
  });

  it('nothing when the service only closed a kept connection', async () => {
    const sender = client();
    await sender.post(PATH, {});
    service.server.closeAllConnections();
    await expect(sender.post(PATH, { again: true })).resolves.toEqual({ again: true });
    sender.close();
  });
});

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
