import { seeded } from '@restartix/testing';
import { runSeries, tableOf, type Series } from './tamper/series';
import { Stage } from './tamper/stage';

const ATTACKS = Number(process.env.TAMPER_ATTACKS ?? 66);
const SEED = Number(process.env.TAMPER_SEED ?? 20_261_121);
/** As a command it prints every attack; in the suite it is quiet. */
const ALOUD = process.env.TAMPER_ATTACKS !== undefined;

const say = (line: string) => ALOUD && process.stdout.write(`${line}\n`);

describe(`${ATTACKS} attacks of a superuser (seed ${SEED})`, () => {
  let stage: Stage;
  let series: Series;

  beforeAll(async () => {
    stage = await Stage.set();
  }, 300_000);
  afterAll(() => stage?.clear());

  it('raise no alarm while nobody attacks and the platform is at work', async () => {
    const { coreApi, organizations } = stage.platform;
    for (let round = 0; round < 10; round += 1) {
      const { tokens, patients } = organizations[round % 2]!;
      const headers = { authorization: `Bearer ${tokens.specialist}` };
      await Promise.all(patients.slice(0, 3).map((id) => fetch(`${coreApi}/v1/patients/${id}`, { headers })));
      const { findings } = await stage.judge(false);
      expect(findings).toEqual([]);
    }
  });

  it('are all found, and every event that was hit is named', async () => {
    await stage.settle();
    const began = Date.now();
    series = await runSeries(stage, ATTACKS, seeded(SEED), (outcome, at) => {
      const { attack, depth, what, named, said } = outcome;
      say(`${at} ${attack} (${depth}): ${what} → ${named ? said : `MISSED, said: ${said}`}`);
      if (at % 100 === 0) say(`… ${at} of ${ATTACKS}, ${Math.round((Date.now() - began) / 1000)} s`);
    });
    say(`\n${tableOf(series)}\n`);
    expect(series.outcomes.filter(({ named }) => !named)).toEqual([]);
    expect(series.outcomes).toHaveLength(ATTACKS);
  }, 3_600_000);

  it('leave no false alarm behind in as many clean runs', () => {
    expect([series.cleanRuns, series.falseAlarms]).toEqual([ATTACKS, 0]);
  });
});
