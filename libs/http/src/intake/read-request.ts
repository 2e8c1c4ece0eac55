import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { DomainError, invalid } from '@restartix/errors';
import { json, raw, type NextFunction, type Request, type RequestHandler } from 'express';
import { toDomainError } from '../errors/to-domain-error';
import { isBinary } from './binary-body';
import { bodyFault, textFault } from './plain-json';
import { parseQuery } from './query';

/** A request whose body has been read; `rawBody` is the inflated bytes, for signatures. */
export type RequestWithBody = Request & { rawBody?: Buffer };

const JSON_TYPE = /^application\/json[ \t]*(;.*)?$/i;
const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^";\s]*)"?/i;

/** JSON is UTF-8 (RFC 8259); a parameter may say so, and nothing else. */
function isJson(contentType: string | undefined): boolean {
  const match = JSON_TYPE.exec(contentType ?? '');
  if (!match) return false;
  const charset = CHARSET.exec(match[1] ?? '')?.[1];
  return charset === undefined || charset.toLowerCase() === 'utf-8';
}

function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

function readPath(request: Request): void {
  const { path } = request;
  const fault = path.includes('%') ? textFault(decodeURIComponent(path), 'path') : undefined;
  if (fault) throw invalid([fault]);
}

/** Express parses the query at every look; here it is parsed once, and what it refuses is refused before any work. */
function readQuery(request: Request): void {
  const question = request.url.indexOf('?');
  if (question < 0) return;
  const value = parseQuery(request.url.slice(question + 1));
  Object.defineProperty(request, 'query', { value, configurable: true, enumerable: true, writable: true });
}

/**
 * Reads path, query and body, and refuses what no handler should see: malformed percent-encoding, repeated or
 * forbidden names, NUL and half characters, bodies that are not UTF-8 JSON objects, and bodies whose inflated size
 * passes the limit. Bytes are taken by routes that say so only, and are the handler's to judge.
 */
export function readRequest(bodyLimitBytes: number): RequestHandler {
  const readJson = json({
    limit: bodyLimitBytes,
    strict: false,
    type: () => true,
    verify: (request: IncomingMessage, _response, bytes: Buffer) => {
      (request as RequestWithBody).rawBody = bytes;
    },
  });
  const readBytes = raw({ limit: bodyLimitBytes, type: () => true });
  return (request, response, next) => {
    readPath(request);
    readQuery(request);
    if (!hasBody(request)) return next();
    if (isBinary(request)) {
      return readBytes(request, response, (error?: unknown) => finishBytes(request, error, next));
    }
    if (!isJson(request.headers['content-type'])) throw new DomainError('unsupported_media_type');
    readJson(request, response, (error?: unknown) => finishBody(request, error, next));
  };
}

/** Nothing downstream takes the bytes for a JSON body: that one is empty. */
function finishBytes(request: RequestWithBody, error: unknown, next: NextFunction): void {
  if (error) return next(toDomainError(error));
  request.rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  request.body = {};
  next();
}

function finishBody(request: RequestWithBody, error: unknown, next: NextFunction): void {
  if (error) return next(toDomainError(error));
  const { rawBody } = request;
  if (!rawBody?.length) return next();
  if (!isUtf8(rawBody)) return next(new DomainError('malformed_json'));
  const fault = bodyFault(request.body);
  next(fault && invalid([fault]));
}
