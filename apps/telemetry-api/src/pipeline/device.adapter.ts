import Bowser from 'bowser';

export interface Device {
  /** mobile, tablet, desktop, tv; "unknown" where the user agent does not say. */
  device_class: string;
  /** Chrome, Safari, Firefox …; "unknown" where it does not say. */
  browser_family: string;
}

const UNKNOWN = 'unknown';
const CLASSES = new Set(['mobile', 'tablet', 'desktop', 'tv']);
/** Families the library knows, and no versions: a user agent may spell anything, a person's name too. */
const FAMILIES = new Set<string>(Object.values(Bowser.BROWSER_MAP));
const NOTHING: Device = { device_class: UNKNOWN, browser_family: UNKNOWN };

/** User agents repeat: the last thousand are not read again. */
const HELD = 1000;
const held = new Map<string, Device>();

/** The kind of device and browser a user agent says it is. */
export function deviceOf(userAgent: string | null): Device {
  if (!userAgent) return NOTHING;
  const known = held.get(userAgent);
  if (known) return known;
  const device = read(userAgent);
  const [oldest] = held.keys();
  if (held.size >= HELD && oldest !== undefined) held.delete(oldest);
  held.set(userAgent, device);
  return device;
}

function read(userAgent: string): Device {
  const parser = Bowser.getParser(userAgent);
  const platform = parser.getPlatformType(true);
  const browser = parser.getBrowserName();
  return {
    device_class: CLASSES.has(platform) ? platform : UNKNOWN,
    browser_family: FAMILIES.has(browser) ? browser : UNKNOWN,
  };
}
