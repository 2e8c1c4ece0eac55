import type { AnalyticsBatch, ExclusionsState, GeoState, PlaybackAnswer } from '@restartix/contracts';
import { TEST_NETWORKS } from '@restartix/vendor-lab';
import { v7 as uuidv7 } from 'uuid';
import { GeoService } from '../src/geo/geo.service';
import { ExclusionsService } from '../src/privacy/exclusions.service';
import { AnalyticsKit, ago, batch, error, media } from './analytics-kit';

let kit: AnalyticsKit;
beforeAll(async () => {
  kit = await AnalyticsKit.start();
}, 120_000);
afterAll(() => kit?.stop());
beforeEach(() => kit.empty());

const send = (batches: AnalyticsBatch[]) => kit.send(batches);
const ask = <T>(question: string, body: object) => kit.ask<T>(question, body);

describe('questions', () => {
  it('about a patient who cannot watch end with the right cause', async () => {
    const user_id = uuidv7();
    const playback = (organization_id: number) =>
      ask<PlaybackAnswer>('insights/playback', { organization_id, since: ago(86_400_000), user_id });
    await send([
      batch({
        class: 'media',
        user_id,
        client_address: '216.160.83.57',
        events: [
          media('session_start', 0, { effective_bandwidth: 0.4, rtt_ms: 800, connection_type: '3g' }),
          ...[0, 1, 2].map((stall) => media('buffering_end', stall * 1000, { stall, duration_ms: 4000 })),
        ],
      }),
      batch({ class: 'error', user_id, events: [error({ kind: 'network', code: 'ERR_TIMED_OUT' })] }),
    ]);
    expect(await playback(1)).toMatchObject({
      likely_cause: 'slow_network',
      sessions: [
        { stalls: 3, stalled_ms: 12_000, device_class: 'tablet', connection_type: '3g', country: 'US' },
      ],
      errors: [{ kind: 'network', code: 'ERR_TIMED_OUT', count: 1 }],
    });
    expect(await playback(2)).toMatchObject({ likely_cause: 'no_data', sessions: [], errors: [] });
  });
});

describe('the geo database', () => {
  const geo = () => kit.instance.app.get(GeoService, { strict: false });
  const update = () => ask<GeoState>('geo/update', {});

  it('gives the published test networks their country and region', () => {
    for (const [network, country = 'unknown', region = 'unknown'] of TEST_NETWORKS)
      expect([network, geo().locate(network.split('/')[0]!)]).toEqual([network, { country, region }]);
  });

  it.each(['wrong_checksum', 'daily_limit', 'unavailable', 'no_database'] as const)(
    'stays as it is when the provider refuses: %s',
    async (fault) => {
      const before = geo().state();
      kit.lab.fault = fault;
      await expect(update()).rejects.toMatchObject({ code: 'geo_unavailable' });
      kit.lab.fault = 'none';
      expect(geo().state()).toEqual(before);
      expect(geo().locate('216.160.83.57')).toEqual({ country: 'US', region: 'WA' });
    },
  );

  it('answers every look-up while it is replaced', async () => {
    const before = geo().state().loaded_at;
    let isRunning = true;
    let asked = 0;
    const asking = (async () => {
      while (isRunning) {
        expect(geo().locate('216.160.83.57')).toEqual({ country: 'US', region: 'WA' });
        asked += 1;
        await new Promise(setImmediate);
      }
    })();
    for (let times = 0; times < 3; times += 1) await update();
    isRunning = false;
    await asking;
    expect(asked).toBeGreaterThan(3);
    expect(geo().state().loaded_at).not.toBe(before);
  });
});

describe('the list of excluded networks', () => {
  const exclusions = () => kit.instance.app.get(ExclusionsService, { strict: false });
  const state = () => ask<ExclusionsState>('privacy/exclusions/state', {});

  it('takes in what was added, leaves out what was removed, and keeps the last one while the provider is away', async () => {
    expect(await state()).toMatchObject({
      is_configured: true,
      networks: 3,
      is_stale: false,
      last_failure: null,
    });
    kit.lab.exclusions = ['203.0.113.7/32', '192.0.2.0/25'];
    await expect(exclusions().sync()).resolves.toBe(true);
    expect([exclusions().exclude('198.51.100.16'), exclusions().exclude('192.0.2.5')]).toEqual([false, true]);
    const [last] = await kit.telemetry.sql(
      'select added, removed from privacy.exclusion_syncs order by started_at desc limit 1',
    );
    expect(last).toEqual({ added: 1, removed: 2 });
    for (const fault of ['unavailable', 'other_media_type'] as const) {
      kit.lab.fault = fault;
      await expect(exclusions().sync()).resolves.toBe(false);
      expect(exclusions().exclude('192.0.2.5')).toBe(true);
    }
    expect(await state()).toMatchObject({ networks: 2, is_stale: false, last_failure: expect.any(String) });
    kit.lab.fault = 'none';
  });

  it('is synced weekly; past two weeks it is called stale', async () => {
    const later = (days: number) => new Date(Date.now() + days * 86_400_000);
    const asked = () => kit.lab.asked.filter((path) => path === '/privacy/exclusions').length;
    const before = asked();
    await exclusions().round(later(6));
    expect(asked()).toBe(before);
    kit.lab.fault = 'unavailable';
    await exclusions().round(later(8));
    expect(asked()).toBe(before + 1);
    expect((await exclusions().state(later(13))).is_stale).toBe(false);
    expect((await exclusions().state(later(15))).is_stale).toBe(true);
    kit.lab.fault = 'none';
  });
});
