import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { currentContext } from '@restartix/context';
import { unavailable } from '@restartix/errors';
import { contentDigest } from './content-digest';
import { answerError } from './answer-error';
import { keyId } from './key-id';
import { signRequest } from './message-signature';
import { sendOnce, StaleConnectionError, type Answer } from './send';

export interface ChannelClientOptions {
  /** Where the other service listens, e.g. `http://telemetry.internal:4000`. */
  baseUrl: string;
  /** Ed25519 private key, PEM. */
  privateKey: string;
  /** Longest a request may take from connect to the last byte, in milliseconds. */
  timeoutMs: number;
  /** Most connections kept open; 32 when absent. */
  maxConnections?: number;
}

const MEDIA_TYPE = 'application/json';

/** The sending end of the private channel: signed JSON over kept-alive connections. */
export class ChannelClient {
  private readonly base: URL;
  private readonly agent: HttpAgent;
  private readonly key: { id: string; privateKey: KeyObject };

  constructor(private readonly options: ChannelClientOptions) {
    this.base = new URL(options.baseUrl);
    const privateKey = createPrivateKey(options.privateKey);
    if (privateKey.asymmetricKeyType !== 'ed25519') {
      throw new Error('The key of the service channel must be an Ed25519 private key');
    }
    this.key = { id: keyId(createPublicKey(privateKey)), privateKey };
    const Agent = this.base.protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.agent = new Agent({ keepAlive: true, maxSockets: options.maxConnections ?? 32 });
  }

  /**
   * Posts a JSON document and returns the JSON answer. Throws DomainError: `telemetry_unavailable` when the other
   * side is unreachable, too slow, failing or does not accept our signature (the cause says which); otherwise the
   * code of its problem document, such as `analytics_unavailable` or `validation_error`.
   */
  post<T>(path: string, body: unknown): Promise<T> {
    return this.postText(path, JSON.stringify(body));
  }

  /** The same with the document as its JSON text: what is read as text need not be parsed to be passed on. */
  async postText<T>(path: string, json: string): Promise<T> {
    const answer = await this.send(path, Buffer.from(json));
    const parsed = parseJson(answer);
    if (answer.status >= 200 && answer.status < 300 && parsed !== undefined) return parsed as T;
    throw answerError(answer.status, parsed);
  }

  /** Closes the idle connections. */
  close(): void {
    this.agent.destroy();
  }

  private async send(path: string, body: Buffer): Promise<Answer> {
    try {
      return await this.sendSigned(path, body, this.agent).catch((error: unknown) => {
        if (!(error instanceof StaleConnectionError)) throw error;
        return this.sendSigned(path, body, false); // over a new connection, signed anew
      });
    } catch (error) {
      throw unavailable('telemetry_unavailable', error);
    }
  }

  private async sendSigned(path: string, body: Buffer, agent: HttpAgent | false): Promise<Answer> {
    const url = new URL(path, this.base);
    const requestId = currentContext()?.requestId;
    const headers = await signRequest(
      {
        method: 'POST',
        url,
        headers: {
          'content-type': MEDIA_TYPE,
          'content-digest': contentDigest(body),
          'content-length': String(body.length),
          ...(requestId ? { 'x-request-id': requestId } : {}),
        },
      },
      this.key,
    );
    return sendOnce({ url, headers, body, agent, timeoutMs: this.options.timeoutMs });
  }
}

function parseJson(answer: Answer): unknown {
  try {
    return JSON.parse(answer.body.toString());
  } catch {
    return undefined;
  }
}
