/** What is thrown when work takes longer than it may. */
export class TookTooLongError extends Error {
  constructor(milliseconds: number) {
    super(`No answer within ${milliseconds} ms`);
    this.name = 'TookTooLongError';
  }
}

/**
 * Waits for work, at most so long. A process that was busy itself when the time ran out reads what has arrived
 * meanwhile before it decides: an answer that was there in time is not taken for none.
 */
export function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => setImmediate(() => reject(new TookTooLongError(milliseconds))),
      milliseconds,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
