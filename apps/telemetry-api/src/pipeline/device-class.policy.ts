export type DeviceClass = 'mobile' | 'tablet' | 'desktop' | 'unknown';

/** First match wins: a tablet also says much of what a phone or a desktop says. */
const RULES: readonly [DeviceClass, RegExp][] = [
  ['tablet', /\biPad\b|\bTablet\b|\bPlayBook\b|\bSilk\/|Android(?!.*\bMobile\b)/i],
  ['mobile', /\bMobi|\biPhone\b|\biPod\b|\bAndroid\b/i],
  ['desktop', /\bWindows NT\b|\bMacintosh\b|\bCrOS\b|\bX11\b/i],
];

/** The kind of device a user agent says it is; "unknown" where it does not say. */
export function deviceClass(userAgent: string | null): DeviceClass {
  return RULES.find(([, pattern]) => pattern.test(userAgent ?? ''))?.[0] ?? 'unknown';
}
