import { Agent, request as open, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Authorizations } from './callers';
import type { FuzzRequest } from './request';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Media type without parameters; empty when there is none. */
  type: string;
  /** Empty when there is none. */
  requestId: string;
  text: string;
  /** False for an answer that began and was cut off. */
  isWhole: boolean;
}

function answerOf({ statusCode = 0, headers, complete }: IncomingMessage, text: string): Answer {
  return {
    status: statusCode,
    headers,
    type: headers['content-type']?.split(';')[0] ?? '',
    requestId: String(headers['x-request-id'] ?? ''),
    text,
    isWhole: complete,
  };
}

/** Sends generated requests over a few connections that are kept. */
export class Sender {
  readonly #agent: Agent;

  constructor(
    private readonly base: string,
    private readonly authorizations: Authorizations,
    connections = 16,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  close(): void {
    this.#agent.destroy();
  }

  /**
   * The answer as far as it came, or null when there was none: the connection was closed, or `cancelAfterMs` had passed
   * and the request was cancelled.
   */
  send(request: FuzzRequest, cancelAfterMs?: number): Promise<Answer | null> {
    const { method, target, body, encoding, caller } = request;
    const bytes = body === null ? null : Buffer.from(body, encoding);
    const authorization = this.authorizations.of(caller);
    const url = new URL(this.base);
    const framing =
      bytes && !('transfer-encoding' in request.headers) ? { 'content-length': bytes.length } : {};
    return new Promise((resolve) => {
      let answering = false;
      const sent = open(
        {
          ...{ host: url.hostname, port: url.port, path: target, method, agent: this.#agent },
          headers: { ...(authorization && { authorization }), ...framing, ...request.headers },
        },
        (response) => {
          answering = true;
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('close', () => {
            clearTimeout(timer);
            const answer = answerOf(response, Buffer.concat(chunks).toString());
            this.authorizations.heed(caller, answer.status, answer.text);
            resolve(answer);
          });
          response.on('error', () => undefined); // told by close
        },
      );
      const timer = cancelAfterMs === undefined ? undefined : setTimeout(() => sent.destroy(), cancelAfterMs);
      // An answer may come before the whole request was taken, and then the connection goes.
      sent.on('error', () => answering || resolve(null));
      sent.on('close', () => clearTimeout(timer));
      sent.end(bytes ?? undefined);
    });
  }
}
