import type { PlaybackAnswer, PlaybackCause, PlaybackError, PlaybackSession } from '@restartix/contracts';

type Verdict = Pick<PlaybackAnswer, 'likely_cause' | 'because'>;

/** Below this a video in its lowest quality stalls, megabits per second. */
const SLOW_MBPS = 1.5;
const SLOW_RTT_MS = 500;
const SLOW_CONNECTIONS = new Set(['slow-2g', '2g', '3g']);
/** What a delivery network takes at most on a good day. */
const SLOW_DELIVERY_MS = 1000;
/** A session with more stalled time than this share of its minutes is spoilt. */
const MANY_STALLS = 2;

const CANNOT_PLAY = /decode|src_?not_?supported|not_?supported|codec|append|manifestincompatible/i;

interface Evidence {
  sessions: readonly PlaybackSession[];
  errors: readonly PlaybackError[];
}

const codes = ({ sessions, errors }: Evidence): string[] => [
  ...sessions.flatMap(({ errors: list }) => list),
  ...errors.map(({ code }) => code),
];
const anyStatus = ({ errors }: Evidence, test: (status: number) => boolean): boolean =>
  errors.some(({ http_status }) => http_status > 0 && test(http_status));
const stalls = ({ sessions }: Evidence): PlaybackSession[] =>
  sessions.filter((session) => session.stalls >= MANY_STALLS);
const isSlow = ({ connection_type, effective_bandwidth, rtt_ms }: PlaybackSession): boolean =>
  SLOW_CONNECTIONS.has(connection_type) ||
  (effective_bandwidth !== null && effective_bandwidth < SLOW_MBPS) ||
  (rtt_ms !== null && rtt_ms > SLOW_RTT_MS);
const isLateDelivery = ({ cdn_response_time_ms, ttfb_ms }: PlaybackSession): boolean =>
  (cdn_response_time_ms ?? ttfb_ms ?? 0) > SLOW_DELIVERY_MS;

/** Causes from the most telling evidence to the least; the first that holds is the likely one. */
const CAUSES: readonly [PlaybackCause, string, (evidence: Evidence) => boolean][] = [
  [
    'no_data',
    'No session and no fault of this patient came in during the period.',
    ({ sessions, errors }) => sessions.length + errors.length === 0,
  ],
  [
    'device_cannot_play',
    'The player said that it cannot decode or does not support the video.',
    (evidence) => codes(evidence).some((code) => CANNOT_PLAY.test(code)),
  ],
  [
    'access_refused',
    'Requests for the video were refused (401 or 403): the link has expired or the account may not watch.',
    (evidence) => anyStatus(evidence, (status) => status === 401 || status === 403),
  ],
  [
    'server_error',
    'Requests for the video were answered with a server error.',
    (evidence) => anyStatus(evidence, (status) => status >= 500),
  ],
  [
    'slow_network',
    'Videos stalled on a connection that is too slow for them.',
    (evidence) => stalls(evidence).some(isSlow),
  ],
  [
    'slow_delivery',
    'The delivery network took more than a second to answer on a connection that is fast enough.',
    ({ sessions }) => sessions.some((session) => isLateDelivery(session) && !isSlow(session)),
  ],
  [
    'unstable_network',
    'Videos stalled again and again although the connection is fast enough on average.',
    (evidence) => stalls(evidence).length > 0,
  ],
];

/** What the sessions and faults of a patient point to. */
export function likelyCause(evidence: Evidence): Verdict {
  const found = CAUSES.find(([, , holds]) => holds(evidence));
  if (!found)
    return { likely_cause: 'none_found', because: 'The videos of the period played without trouble.' };
  return { likely_cause: found[0], because: found[1] };
}
