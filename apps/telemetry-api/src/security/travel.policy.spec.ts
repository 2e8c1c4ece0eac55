import { impossibleJourney, LONGEST_JOURNEY_MS, type Place } from './travel.policy';

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000);
const point = (latitude: number, longitude: number, radiusKm = 0): Place => ({
  latitude,
  longitude,
  radiusKm,
});
const LONDON = point(51.5142, -0.0931);
const OXFORD = point(51.75, -1.25);
const SEATTLE = point(47.2513, -122.3149);
const LINKOEPING = point(58.4167, 15.6167);

const journey = (from: Place, to: Place, minutes: number) =>
  impossibleJourney({ at: at(0), point: from }, { at: at(minutes), point: to });

describe('a journey between two sign-ins', () => {
  it('is measured along the earth', () => {
    expect(journey(LONDON, SEATTLE, 10)).toEqual({ km: 7732, minutes: 10 });
    expect(journey(point(0, 0), point(0, 180), 0)?.km).toBe(20_015);
  });

  it('is impossible when it was faster than an airliner, to the minute, in either order', () => {
    const least = Math.floor((7732 / 1000) * 60);
    expect(journey(LONDON, SEATTLE, least)).not.toBeNull();
    expect(journey(LONDON, SEATTLE, least + 1)).toBeNull();
    expect(journey(SEATTLE, LONDON, -least)).not.toBeNull();
  });

  it('is none between places that are near, or may be for all that is known', () => {
    expect(journey(LONDON, OXFORD, 0)).toBeNull();
    expect(journey(LONDON, LINKOEPING, 10)).not.toBeNull();
    expect(journey(LONDON, { ...LINKOEPING, radiusKm: 1000 }, 10)).toBeNull();
    expect(journey(LONDON, LONDON, 0)).toBeNull();
  });

  it('is possible to anywhere in less than a day', () => {
    expect(LONGEST_JOURNEY_MS).toBeLessThan(24 * 3_600_000);
    expect(journey(point(0, 0), point(0, 180), LONGEST_JOURNEY_MS / 60_000)).toBeNull();
  });
});
