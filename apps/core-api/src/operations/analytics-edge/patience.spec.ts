import { DomainError, unavailable } from '@restartix/errors';
import { Patience } from './patience';

const LIMITS = { firstPauseMs: 1, longestPauseMs: 4, giveUpAfterMs: 60_000 };

/** Work that fails so often before it succeeds. */
function failing(times: number, error: Error) {
  const work = {
    calls: 0,
    run: () => (++work.calls <= times ? Promise.reject(error) : Promise.resolve('done')),
  };
  return work;
}

describe('patience', () => {
  it('tries again until the other side is back, and says once that it waits', async () => {
    let said = 0;
    const work = failing(5, unavailable('telemetry_unavailable'));
    await expect(new Patience(LIMITS, () => said++).run(work.run)).resolves.toBe('done');
    expect(work.calls).toBe(6);
    expect(said).toBe(1);
  });

  it('does not try again what was refused', async () => {
    const work = failing(5, new DomainError('validation_error'));
    await expect(new Patience(LIMITS, () => undefined).run(work.run)).rejects.toMatchObject({
      code: 'validation_error',
    });
    expect(work.calls).toBe(1);
  });

  it('gives up in the end', async () => {
    const work = failing(1000, unavailable('analytics_unavailable'));
    const patience = new Patience({ ...LIMITS, giveUpAfterMs: 20 }, () => undefined);
    await expect(patience.run(work.run)).rejects.toMatchObject({ code: 'analytics_unavailable' });
  });

  it('holds nothing once it is told to stop', async () => {
    const work = failing(1000, unavailable('telemetry_unavailable'));
    const patience = new Patience({ ...LIMITS, firstPauseMs: 60_000, giveUpAfterMs: 600_000 }, () =>
      patience.stop(),
    );
    await expect(patience.run(work.run)).rejects.toMatchObject({ code: 'telemetry_unavailable' });
    expect(work.calls).toBe(2);
  });
});
