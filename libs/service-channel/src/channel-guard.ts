import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { DomainError, unavailable } from '@restartix/errors';
import { matchesContentDigest } from './content-digest';
import { readPublicKeys } from './key-id';
import { nonceId, verifyRequest, WINDOW_SECONDS, type VerifiedSignature } from './message-signature';
import { NonceCache } from './nonce-cache';

export interface ChannelGuardOptions {
  /** Ed25519 public keys of accepted senders, one PEM after another: two while a key is rotated. */
  publicKeys: string;
  /** Whether a route is open without a signature (health). Everything else is closed. */
  isOpen: (context: ExecutionContext) => boolean;
  nonces?: NonceCache;
  /** Unix milliseconds; the clock of the process when absent. */
  now?: () => number;
}

/** What the guard reads of a request: Express's, with the exact bytes of its body. */
export type ChannelRequest = IncomingMessage & { originalUrl?: string; rawBody?: Buffer };

/**
 * Lets in only messages signed by a known key over method, path, content type and the digest of their body, at most
 * a minute old and never received before. Throws DomainError: `channel_signature_invalid`, `channel_replay`, or
 * `telemetry_unavailable` when the sender is right but has to sign again.
 */
export class ChannelGuard implements CanActivate {
  private readonly keys: ReturnType<typeof readPublicKeys>;
  private readonly nonces: NonceCache;
  private readonly now: () => number;
  /** Nonces from before are forgotten, so what was signed before is not taken: it might be a replay. */
  private readonly startedAt: number;

  constructor(private readonly options: ChannelGuardOptions) {
    this.keys = readPublicKeys(options.publicKeys);
    this.nonces = options.nonces ?? new NonceCache();
    this.now = options.now ?? Date.now;
    this.startedAt = Math.floor(this.now() / 1000);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.options.isOpen(context)) return true;
    await this.accept(context.switchToHttp().getRequest<ChannelRequest>());
    return true;
  }

  /** Checks one request; see the class for what it throws. */
  async accept(request: ChannelRequest): Promise<void> {
    const signature = await this.verify(request);
    if (!signature) throw new DomainError('channel_signature_invalid');
    if (signature.created < this.startedAt) throw unavailable('telemetry_unavailable');
    const until = signature.created + WINDOW_SECONDS;
    const known = this.nonces.remember(nonceId(signature), Math.floor(this.now() / 1000), until);
    if (known === 'seen') throw new DomainError('channel_replay');
    if (known === 'full') throw unavailable('telemetry_unavailable');
  }

  private async verify(request: ChannelRequest): Promise<VerifiedSignature | null> {
    const path = request.originalUrl ?? request.url ?? '';
    const digest = request.headers['content-digest'];
    // Neither a query nor an encoding of the body is under the signature, so the channel has neither.
    if (path.includes('?') || request.headers['content-encoding'] || typeof digest !== 'string') return null;
    if (!matchesContentDigest(digest, request.rawBody ?? Buffer.alloc(0))) return null;
    const headers = request.headers as Record<string, string | string[]>;
    const message = { method: request.method ?? '', url: `http://channel${path}`, headers };
    return verifyRequest(message, this.keys, this.now());
  }
}
