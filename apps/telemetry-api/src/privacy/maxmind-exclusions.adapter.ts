import { Inject, Injectable } from '@nestjs/common';
import { TELEMETRY_CONFIG } from '../platform/tokens';
import type { TelemetryConfig } from '../telemetry.config';
import { ExclusionSource, type Exclusion } from './exclusions.port';
import { readNetwork } from './networks.policy';

const TIMEOUT_MS = 30_000;
const MEDIA_TYPE = /^application\/vnd\.maxmind\.com-privacy-exclusions\+json\s*;.*\bversion=1\.0\b/;

/** MaxMind's Privacy Exclusions API: GET with Basic authentication, the whole list at once. */
@Injectable()
export class MaxmindExclusions extends ExclusionSource {
  readonly provider = 'maxmind';

  constructor(@Inject(TELEMETRY_CONFIG) private readonly config: TelemetryConfig) {
    super();
  }

  get isConfigured(): boolean {
    return this.config.MAXMIND_ACCOUNT_ID !== undefined && this.config.MAXMIND_LICENSE_KEY !== undefined;
  }

  async fetch(): Promise<Exclusion[]> {
    const { MAXMIND_ACCOUNT_ID, MAXMIND_LICENSE_KEY, MAXMIND_API_URL } = this.config;
    const secret = `${MAXMIND_ACCOUNT_ID}:${MAXMIND_LICENSE_KEY?.reveal()}`;
    const answer = await fetch(new URL('/privacy/exclusions', MAXMIND_API_URL), {
      headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`The provider answered ${answer.status}`);
    if (!MEDIA_TYPE.test(answer.headers.get('content-type') ?? ''))
      throw new Error('The provider answered in another form than the documented one');
    return readList(await answer.json());
  }
}

/** Entries of another kind than a network are of no use here; a network that is none makes the list void. */
function readList(document: unknown): Exclusion[] {
  const { exclusions } = (document ?? {}) as { exclusions?: unknown };
  if (!Array.isArray(exclusions)) throw new Error('The answer holds no list of exclusions');
  return (exclusions as Record<string, unknown>[])
    .filter(({ data_type }) => data_type === 'network')
    .map(({ value, exclusion_type }) => {
      if (typeof value !== 'string' || !readNetwork(value)) throw new Error('An excluded network is none');
      return { network: value, type: typeof exclusion_type === 'string' ? exclusion_type : 'unknown' };
    });
}
