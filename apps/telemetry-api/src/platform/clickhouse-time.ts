/** `2026-01-02T03:04:05.678Z` as ClickHouse reads a DateTime64(3, 'UTC'). */
export const clickHouseTime = (iso: string): string => iso.slice(0, 23).replace('T', ' ');

/** The same to the second, as it reads a DateTime('UTC'). */
export const clickHouseSecond = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

/** `2026-01-02 03:04:05.678` of ClickHouse as ISO 8601, UTC. */
export const isoTime = (stored: string): string => `${stored.replace(' ', 'T')}Z`;
