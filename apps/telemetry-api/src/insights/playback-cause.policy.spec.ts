import type { PlaybackCause, PlaybackError, PlaybackSession } from '@restartix/contracts';
import { likelyCause } from './playback-cause.policy';

const session = (fields: Partial<PlaybackSession> = {}): PlaybackSession => ({
  first_event_at: '2026-11-25T12:00:00.000Z',
  outcome: 'completed',
  position_seconds: 60,
  stalls: 0,
  stalled_ms: 0,
  errors: [],
  ttfb_ms: 200,
  cdn_response_time_ms: 90,
  rtt_ms: 40,
  effective_bandwidth: 20,
  connection_type: 'wifi',
  device_class: 'tablet',
  browser_family: 'Safari',
  country: 'RO',
  ...fields,
});
const fault = (fields: Partial<PlaybackError>): PlaybackError => ({
  kind: 'video',
  code: 'MEDIA_ERR_NETWORK',
  http_status: 0,
  count: 1,
  last_at: '2026-11-25T12:00:00.000Z',
  ...fields,
});

it.each<[PlaybackCause, string, PlaybackSession[], PlaybackError[]]>([
  ['no_data', 'nothing came in', [], []],
  ['none_found', 'everything plays', [session()], []],
  ['none_found', 'one short stall', [session({ stalls: 1, stalled_ms: 200 })], []],
  ['device_cannot_play', 'a decoder that gives up', [session({ errors: ['MEDIA_ERR_DECODE'] })], []],
  ['device_cannot_play', 'a format it does not know', [], [fault({ code: 'MEDIA_ERR_SRC_NOT_SUPPORTED' })]],
  ['access_refused', 'a link that has expired', [session()], [fault({ http_status: 403 })]],
  ['server_error', 'a delivery that is broken', [session()], [fault({ http_status: 502 })]],
  ['slow_network', 'stalls on 3G', [session({ stalls: 4, connection_type: '3g' })], []],
  ['slow_network', 'stalls on little bandwidth', [session({ stalls: 4, effective_bandwidth: 0.7 })], []],
  ['slow_network', 'stalls far away', [session({ stalls: 4, rtt_ms: 900 })], []],
  [
    'slow_delivery',
    'a fast line and a slow first byte',
    [session({ cdn_response_time_ms: 2500, stalls: 3 })],
    [],
  ],
  ['unstable_network', 'stalls on a fast line', [session({ stalls: 5, stalled_ms: 30_000 })], []],
])('says %s of %s', (cause, _, sessions, errors) => {
  expect(likelyCause({ sessions, errors }).likely_cause).toBe(cause);
});
