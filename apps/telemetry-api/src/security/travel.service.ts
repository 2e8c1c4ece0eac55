import { Injectable } from '@nestjs/common';
import type { Sql } from '@restartix/database';
import { GeoService } from '../geo/geo.service';
import type { JudgedEvent } from './security.repository';
import { impossibleJourney, LONGEST_JOURNEY_MS, type Journey, type Sighting } from './travel.policy';
import { TravelRepository } from './travel.repository';

/** A sign-in among those to be compared. */
interface Arrival extends Sighting {
  userId: string;
  event: JudgedEvent;
}

/**
 * Flags sign-ins that nobody can have travelled to from where the same user signed in before, or after, in whatever
 * organization. What is kept says how far and in what time; the other sign-in's place and organization stay unsaid.
 */
@Injectable()
export class TravelService {
  constructor(
    private readonly repository: TravelRepository,
    private readonly geo: GeoService,
  ) {}

  /** The same events; the impossible ones under another kind. */
  async flag(sql: Sql, events: readonly JudgedEvent[]): Promise<JudgedEvent[]> {
    const arrivals = events.flatMap((event) => this.arrivalOf(event));
    if (arrivals.length === 0) return [...events];
    const known = await this.known(sql, arrivals);
    const flagged = new Map<JudgedEvent, Journey>();
    for (const arrival of arrivals.sort((a, b) => a.at.getTime() - b.at.getTime())) {
      const sightings = known.get(arrival.userId) ?? [];
      const journey = neighbours(arrival, sightings)
        .map((sighting) => impossibleJourney(sighting, arrival))
        .find((found) => found !== null);
      if (journey) flagged.set(arrival.event, journey);
      known.set(arrival.userId, [...sightings, arrival]);
    }
    return events.map((event) => marked(event, flagged.get(event)));
  }

  private arrivalOf(event: JudgedEvent): Arrival[] {
    const { kind, user_id, ip_address, timestamp } = event;
    const point = kind === 'sign_in' && user_id !== null ? this.geo.pointOf(ip_address) : null;
    return point && user_id !== null ? [{ userId: user_id, at: timestamp, point, event }] : [];
  }

  /** Where their users were seen around that time, by user. */
  private async known(sql: Sql, arrivals: readonly Arrival[]): Promise<Map<string, Sighting[]>> {
    const times = arrivals.map(({ at }) => at.getTime());
    const from = new Date(Math.min(...times) - LONGEST_JOURNEY_MS);
    const to = new Date(Math.max(...times) + LONGEST_JOURNEY_MS);
    const users = [...new Set(arrivals.map(({ userId }) => userId))];
    await this.repository.lock(sql);
    const seen = new Map<string, Sighting[]>();
    for (const { user_id, at, ip_address } of await this.repository.signIns(sql, users, from, to)) {
      const point = this.geo.pointOf(ip_address);
      if (point) seen.set(user_id, [...(seen.get(user_id) ?? []), { at, point }]);
    }
    return seen;
  }
}

/** The last sighting before a moment and the first one after it. */
function neighbours({ at }: Sighting, sightings: readonly Sighting[]): Sighting[] {
  const ordered = [...sightings].sort((a, b) => a.at.getTime() - b.at.getTime());
  const before = ordered.filter((one) => one.at <= at).at(-1);
  const after = ordered.find((one) => one.at > at);
  return [before, after].filter((one) => one !== undefined);
}

const marked = (event: JudgedEvent, journey: Journey | undefined): JudgedEvent =>
  journey
    ? {
        ...event,
        ...{ kind: 'impossible_travel', severity: 'high' },
        reason: `${journey.km} km in ${journey.minutes} minutes`,
      }
    : event;
