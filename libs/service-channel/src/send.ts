import { request as httpRequest, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Answer {
  status: number;
  body: Buffer;
}

export interface Shipment {
  url: URL;
  headers: Record<string, string>;
  body: Buffer;
  agent: Agent | false;
  timeoutMs: number;
}

/** Largest answer that is read: a full page of audit entries stays far below. */
const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;

/** The other side had closed a kept connection before this request reached it; sending again is safe. */
export class StaleConnectionError extends Error {}

/** Posts once and reads the whole answer. Throws on a network fault or when the time is over. */
export async function sendOnce(shipment: Shipment): Promise<Answer> {
  const { url, headers, body, agent, timeoutMs } = shipment;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const signal = AbortSignal.timeout(timeoutMs);
  const request = send(url, { method: 'POST', headers, agent, signal });
  const answered = response(request);
  request.end(body);
  const incoming = await answered;
  return { status: incoming.statusCode ?? 0, body: await readAll(incoming) };
}

function response(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(stale ? new StaleConnectionError('The kept connection was closed', { cause: error }) : error);
    });
  });
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > ANSWER_LIMIT_BYTES) {
      incoming.destroy();
      throw new Error('The answer is too large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
