import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';

export type Headers = readonly (readonly [name: string, value: string])[];

/**
 * The headers helmet sets under these options. They are the same for every answer, so helmet is asked once and each
 * answer is given its words.
 */
function helmetHeaders(options: HelmetOptions): Headers {
  const headers = new Map<string, string>();
  const recorder = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  helmet(options)({} as IncomingMessage, recorder as unknown as ServerResponse, (error) => {
    if (error) throw error as Error;
  });
  return [...headers];
}

/** For every answer: it is data, so a browser that opens it may load and run nothing, and nobody may keep it. */
export const apiHeaders = (): Headers => [
  ...helmetHeaders({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    },
    crossOriginResourcePolicy: { policy: 'same-site' },
  }),
  ['Cache-Control', 'no-store'],
];

/** The policy for pages of the API documentation: scripts and styles of our own origin only. */
export function documentationPolicy(): string {
  const headers = helmetHeaders({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"], // the page brings a style element
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  });
  return headers.find(([name]) => name === 'Content-Security-Policy')?.[1] ?? "default-src 'none'";
}
