import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 60_000;
const PAUSE_MS = 100;

/** Asks again until the answer is wanted. Throws after a minute. */
export async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const until = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > until)
      throw new Error(`Not within a minute; last: ${JSON.stringify(answer).slice(0, 500)}`);
    await sleep(PAUSE_MS);
  }
}
