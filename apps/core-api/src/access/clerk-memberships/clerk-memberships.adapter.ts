import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { MembershipFailure, MembershipsPort, type ProviderMembership } from './memberships.port';

/** Clerk's word for somebody without a further role; what they may do here is ours to say. */
const ROLE = 'org:member';
const ALREADY = 'already_a_member_in_organization';
const TIMEOUT_MS = 5_000;
const TRIES = 3;
const FIRST_PAUSE_MS = 200;
/** A longer wait that Clerk asks for is the caller's to keep. */
const LONGEST_PAUSE_MS = 2_000;
const BUSY = 429;
const BROKEN = 500;

type Config = Pick<CoreConfig, 'CLERK_SECRET_KEY' | 'CLERK_API_URL'>;
type Outcome = 'added' | 'known' | MembershipFailure;

/** `POST /v1/organizations/{organization_id}/memberships` of Clerk's Backend API. */
@Injectable()
export class ClerkMembershipsAdapter extends MembershipsPort {
  constructor(@Inject(CORE_CONFIG) private readonly config: Config) {
    super();
  }

  get isConfigured(): boolean {
    return this.config.CLERK_SECRET_KEY !== undefined;
  }

  async add(membership: ProviderMembership): Promise<'added' | 'known'> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.attempt(membership);
      if (!(outcome instanceof MembershipFailure)) return outcome;
      const asked = outcome.pauseSeconds * 1000;
      if (!outcome.isAway || attempt === TRIES || asked > LONGEST_PAUSE_MS) throw outcome;
      await setTimeout(Math.max(asked, FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2)));
    }
  }

  private async attempt({ organization, subject }: ProviderMembership): Promise<Outcome> {
    const address = new URL(
      `/v1/organizations/${encodeURIComponent(organization)}/memberships`,
      this.config.CLERK_API_URL,
    );
    try {
      const answer = await fetch(address, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.config.CLERK_SECRET_KEY?.reveal() ?? ''}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ user_id: subject, role: ROLE }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return await outcomeOf(answer);
    } catch {
      return new MembershipFailure('no_answer', true);
    }
  }
}

async function outcomeOf(answer: Response): Promise<Outcome> {
  const { status, ok, headers } = answer;
  const text = await answer.text();
  if (ok) return 'added';
  const code = codeIn(text);
  if (code === ALREADY) return 'known';
  const pause = Number(headers.get('retry-after') ?? 0);
  const isAway = status === BUSY || status >= BROKEN;
  return new MembershipFailure(`${status} ${code}`, isAway, Number.isFinite(pause) ? Math.max(0, pause) : 0);
}

/** The code of the first error Clerk names; its messages may speak of people and are not read. */
function codeIn(text: string): string {
  try {
    const { errors } = JSON.parse(text) as { errors?: { code?: unknown }[] };
    const code = errors?.[0]?.code;
    return typeof code === 'string' && /^[a-z_]{1,60}$/.test(code) ? code : 'unknown';
  } catch {
    return 'unknown';
  }
}
