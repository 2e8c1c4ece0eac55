import { RequestMethod, SetMetadata } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { readAccess } from './access';

/** How often a route may be called. What each class allows is configuration. */
export const RATE_CLASSES = [
  'standard',
  'deletion',
  'export',
  'step_up',
  'impersonation',
  'sign_in',
  'public',
  'slots',
  'public_booking',
  'hold_claim',
  'hold_heartbeat',
  'hold_release',
  'hold_stream',
  'webhook',
  'telemetry',
  'none',
] as const;

/**
 * `telemetry` is what a player knocks at every second, under a signed token of its own; a clinic's patients share an
 * address. `none` is not counted: probes, and the private channel. `sign_in` also counts, per address, credentials that were
 * refused on any route.
 */
export type RateClass = (typeof RATE_CLASSES)[number];

const RATE = 'restartix:rate';

/** Puts a route, or every route of a controller, into another class than the one its access and method give it. */
export const RateLimited = (rateClass: RateClass): MethodDecorator & ClassDecorator =>
  SetMetadata(RATE, rateClass);

/** The class of a route: its own, its controller's, or that of its kind. */
export function rateClassOf(handler: object, controller: object): RateClass {
  const own: unknown = Reflect.getMetadata(RATE, handler) ?? Reflect.getMetadata(RATE, controller);
  return (own as RateClass | undefined) ?? usual(handler, controller);
}

function usual(handler: object, controller: object): RateClass {
  const kind = readAccess(handler, controller)?.kind;
  if (kind === 'public') return 'public';
  if (kind === 'channel') return 'none';
  return Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.DELETE ? 'deletion' : 'standard';
}
