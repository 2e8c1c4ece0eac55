/** How a connection bears a video call. */
export const CALL_RATINGS = ['good', 'fair', 'poor'] as const;
export type CallRating = (typeof CALL_RATINGS)[number];

/** What is measured of a call: milliseconds there and back, milliseconds of jitter, the share of lost packets. */
export interface CallMeasures {
  rtt_ms: number | null;
  jitter_ms: number | null;
  packet_loss: number | null;
}

/** From here on a call is only fair, or poor; one measure is enough. In the manner of ITU-T G.114 and G.1010. */
export const CALL_LIMITS: Readonly<Record<'fair' | 'poor', Record<keyof CallMeasures, number>>> = {
  fair: { rtt_ms: 200, jitter_ms: 30, packet_loss: 0.01 },
  poor: { rtt_ms: 400, jitter_ms: 60, packet_loss: 0.05 },
};

/** The rating of what was measured; good where nothing was. */
export function callRating(measures: CallMeasures): CallRating {
  const isPast = (limits: Record<keyof CallMeasures, number>) =>
    (Object.keys(limits) as (keyof CallMeasures)[]).some((name) => (measures[name] ?? 0) >= limits[name]);
  if (isPast(CALL_LIMITS.poor)) return 'poor';
  return isPast(CALL_LIMITS.fair) ? 'fair' : 'good';
}

/** What to do with a connection: go ahead, do without the picture, or talk by phone. */
export const CALL_ADVICE = ['video', 'audio_only', 'phone'] as const;
export type CallAdvice = (typeof CALL_ADVICE)[number];

const ADVICE: Readonly<Record<CallRating, { advice: CallAdvice; message: string }>> = {
  good: { advice: 'video', message: 'Your connection is good enough for a video call.' },
  fair: {
    advice: 'audio_only',
    message:
      'Your connection is weak. Close other programs, move closer to the router, or switch the camera off.',
  },
  poor: {
    advice: 'phone',
    message: 'Your connection cannot carry a call. Use another network, or call the clinic by phone instead.',
  },
};

/** What a check of the network before a call tells who made it. Source of the rule: D202. */
export function callAdvice(measures: CallMeasures): {
  rating: CallRating;
  advice: CallAdvice;
  message: string;
} {
  const rating = callRating(measures);
  return { rating, ...ADVICE[rating] };
}
