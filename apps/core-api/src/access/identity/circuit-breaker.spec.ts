import { SECONDS, SpecClock } from '@restartix/testing';
import { CircuitBreaker } from './circuit-breaker';

describe('a provider that does not answer', () => {
  const clock = new SpecClock();
  const failing = jest.fn(() => Promise.reject(new Error('away')));
  const refused = (breaker: CircuitBreaker) =>
    expect(breaker.run(failing)).rejects.toMatchObject({ code: 'identity_unavailable' });
  beforeEach(() => failing.mockClear());

  it.each([
    ['least', 0, [1, 2, 4, 8, 16, 30, 30]],
    ['most', 1, [3, 6, 12, 24, 30, 30, 30]],
  ])('is left alone for longer each time, by chance for the %s', async (_, chance, pauses) => {
    const breaker = new CircuitBreaker(clock, () => chance);
    for (const [place, seconds] of pauses.entries()) {
      await refused(breaker);
      expect(failing).toHaveBeenCalledTimes(place + 1);
      clock.advance(seconds * SECONDS - 1);
      await refused(breaker);
      expect(failing).toHaveBeenCalledTimes(place + 1);
      clock.advance(1);
    }
  });

  it('is said to be away at once, with when to come back, and is asked as before when it has answered', async () => {
    const breaker = new CircuitBreaker(clock, () => 0.5);
    await refused(breaker);
    await expect(breaker.run(failing)).rejects.toMatchObject({ headers: { 'Retry-After': '2' } });
    clock.advance(2 * SECONDS);
    await refused(breaker);
    clock.advance(4 * SECONDS);
    expect(await breaker.run(() => Promise.resolve('keys'))).toBe('keys');
    expect(await breaker.run(() => Promise.resolve('keys'))).toBe('keys');
    await refused(breaker);
    clock.advance(2 * SECONDS);
    expect(await breaker.run(() => Promise.resolve('keys'))).toBe('keys');
  });

  it('is not left alone for longer than half a minute by a clock that is put back', async () => {
    const breaker = new CircuitBreaker(clock, () => 0);
    await refused(breaker);
    clock.set(new Date(clock.now().getTime() - 60 * SECONDS));
    expect(await breaker.run(() => Promise.resolve('keys'))).toBe('keys');
  });
});
