import { STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { createContext, runInContext } from '@restartix/context';
import type { ErrorCode } from '@restartix/contracts';
import { DomainError, PROBLEM_MEDIA_TYPE, toProblem } from '@restartix/errors';
import type { PlatformLogger } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';

/** What Node's parser says, in our words; anything else is no HTTP. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

function answer(socket: Socket, code: ErrorCode, requestId: string): number {
  const problem = toProblem(new DomainError(code), requestId);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  return problem.status;
}

/**
 * Answers what Node's parser refuses before there is a request: headers past its limit, bytes that are no HTTP, and
 * clients that take too long.
 * An expectation nobody knows is passed over (RFC 9110 10.1.1 lets a server), so that the request meets our own door.
 */
export function answerClientErrors(server: Server, logger: PlatformLogger): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const requestId = uuidv7();
    const code = CODES[error.code ?? ''] ?? 'bad_request';
    const status = answer(socket, code, requestId);
    runInContext(createContext({ requestId }), () =>
      logger.info('request', { method: 'unknown', route: 'unknown', status }),
    );
  });
}
