/** A refusal in the words of a ClickHouse server: its number, its name. */
export class ClickhouseFailure extends Error {
  constructor(
    readonly code: number,
    readonly type: string,
    message: string,
  ) {
    super(`Code: ${code}. DB::Exception: ${message} (${type})`);
    this.name = 'ClickhouseFailure';
  }
}

export const authenticationFailed = (user: string) =>
  new ClickhouseFailure(
    516,
    'AUTHENTICATION_FAILED',
    `${user}: Authentication failed: password is incorrect, or there is no user with such name.`,
  );

export const syntaxError = (message: string) =>
  new ClickhouseFailure(62, 'SYNTAX_ERROR', `Syntax error: ${message}.`);

export const notSupported = (what: string) =>
  new ClickhouseFailure(48, 'NOT_IMPLEMENTED', `${what} is not supported by the embedded engine.`);

const STATUS: Record<number, number[]> = {
  400: [6, 26, 27, 36, 38, 41, 43, 53, 62, 69, 70, 72, 117, 130, 131, 321, 457, 467],
  401: [194],
  403: [164, 192, 193, 497, 516],
  404: [16, 46, 47, 50, 56, 60, 81, 115],
  408: [159],
  413: [202, 396],
  501: [48],
};

/** The HTTP status a server gives with an error number. */
export function statusOf(code: number): number {
  const found = Object.entries(STATUS).find(([, codes]) => codes.includes(code));
  return found ? Number(found[0]) : 500;
}
