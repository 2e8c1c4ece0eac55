import type { Clock } from '@restartix/context';
import {
  createRemoteJWKSet,
  customFetch,
  type CryptoKey,
  type JWSHeaderParameters,
  type RemoteJWKSet,
} from 'jose';
import { CircuitBreaker } from './circuit-breaker';

const TIMEOUT_MS = 5_000;

/** A key that is not among those of before is looked for once in this time, however many tokens name it or others. */
const COOL_DOWN_MS = 10_000;

/** Where the keys of a provider are. */
interface KeySource {
  /** Asks the provider for the address of its keys, where it is not known before. */
  locate: () => Promise<URL> | URL;
  headers?: Record<string, string>;
}

/**
 * The public keys of one identity provider: fetched when they are first needed, kept for ten minutes by jose, one fetch
 * for all who wait for it. A provider that fails is left alone by a {@link CircuitBreaker}.
 */
export class ProviderKeys {
  private readonly breaker: CircuitBreaker;
  private located: Promise<RemoteJWKSet> | undefined;

  constructor(
    private readonly source: KeySource,
    clock: Clock,
  ) {
    this.breaker = new CircuitBreaker(clock);
  }

  /** The key a token names. Throws identity_unavailable, or JWKSNoMatchingKey where the provider has no such key. */
  async find(header: JWSHeaderParameters): Promise<CryptoKey> {
    const keys = await this.locate();
    return keys(header);
  }

  /** What could not be located is not remembered. */
  private locate(): Promise<RemoteJWKSet> {
    this.located ??= this.breaker
      .run(async () => this.keysAt(await this.source.locate()))
      .catch((error: unknown) => {
        this.located = undefined;
        throw error;
      });
    return this.located;
  }

  private keysAt(url: URL): RemoteJWKSet {
    return createRemoteJWKSet(url, {
      headers: this.source.headers,
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: COOL_DOWN_MS,
      [customFetch]: (address, options) => this.breaker.run(() => keySetAt(address, options)),
    });
  }
}

/** Whatever is no set of keys is a failure of the provider, as no answer is. */
async function keySetAt(address: string, options: RequestInit): Promise<Response> {
  const body = await readJson(await fetch(address, options));
  if (!Array.isArray((body as { keys?: unknown }).keys)) throw new Error('The answer holds no keys');
  return Response.json(body);
}

/** What a provider says of itself at an address. Throws whatever is wrong with the answer. */
export const askProvider = async (address: string): Promise<unknown> =>
  readJson(await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' }));

async function readJson(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.json();
  await answer.body?.cancel();
  throw new Error(`The provider answered ${answer.status}`);
}
