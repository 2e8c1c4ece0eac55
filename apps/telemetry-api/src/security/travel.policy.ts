/** Faster than any airliner. */
const FASTEST_KMH = 1_000;
/** Nearer than this nobody is flagged: addresses of one provider come and go between towns. */
const NEAR_KM = 300;
const EARTH_RADIUS_KM = 6_371;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Longest anybody is on the way to anywhere: half around the earth. */
export const LONGEST_JOURNEY_MS = Math.ceil((Math.PI * EARTH_RADIUS_KM * HOUR_MS) / FASTEST_KMH);

/** A place on earth, and within how many kilometres of it somebody was. */
export interface Place {
  latitude: number;
  longitude: number;
  radiusKm: number;
}

/** Somebody was there then. */
export interface Sighting {
  at: Date;
  point: Place;
}

/** How far apart, and in what time. */
export interface Journey {
  km: number;
  minutes: number;
}

/** The journey between two sightings when nobody can have made it; null for one that somebody could. */
export function impossibleJourney(one: Sighting, other: Sighting): Journey | null {
  const unsure = one.point.radiusKm + other.point.radiusKm;
  const km = Math.max(0, distanceKm(one.point, other.point) - unsure);
  const ms = Math.abs(one.at.getTime() - other.at.getTime());
  if (km < NEAR_KM || km <= (ms / HOUR_MS) * FASTEST_KMH) return null;
  return { km: Math.round(km), minutes: Math.floor(ms / MINUTE_MS) };
}

/** Along the surface, by the haversine formula. */
function distanceKm(one: Place, other: Place): number {
  const [a, b] = [radians(one.latitude), radians(other.latitude)];
  const half = (angle: number) => Math.sin(angle / 2) ** 2;
  const chord =
    half(b - a) + Math.cos(a) * Math.cos(b) * half(radians(other.longitude) - radians(one.longitude));
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
