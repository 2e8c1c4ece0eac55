import type { AuditAction, AuditDetails, SecurityEventKind, SecuritySeverity } from '@restartix/contracts';

/** What the decision needs of an audit event. */
export interface AuditFacts {
  action: AuditAction;
  success: boolean;
  user_id: string | null;
  details: AuditDetails;
}

export interface Judgement {
  kind: SecurityEventKind;
  severity: SecuritySeverity;
  reason: string | null;
  /** Requests it stands for. */
  count: number;
}

const PLAIN: Readonly<Partial<Record<AuditAction, readonly [SecurityEventKind, SecuritySeverity]>>> = {
  logout: ['sign_out', 'info'],
  key_use: ['key_use', 'info'],
  break_glass: ['break_glass', 'high'],
  impersonate: ['impersonation', 'high'],
  configure: ['configuration_changed', 'info'],
};

type Kind = readonly [SecurityEventKind, SecuritySeverity];

/** Sign-ins and second factors, by how they went. */
const TRIED: Readonly<Partial<Record<AuditAction, { right: Kind; wrong: Kind }>>> = {
  login: { right: ['sign_in', 'info'], wrong: ['sign_in_failed', 'low'] },
  step_up: { right: ['step_up', 'info'], wrong: ['step_up_failed', 'medium'] },
};

/** Refusals that mean more than a closed door. */
const GRAVE: readonly (string | null)[] = [
  'belongs_to_another_organization',
  'sso_required',
  'api_key_locked',
];

/** A refusal; a failure of ours is none. */
function refusal(reason: string | null, { user_id, details }: AuditFacts): Kind | undefined {
  if (Number(details.status) >= 500) return undefined;
  if (user_id === null && reason === 'unauthenticated') return ['sign_in_failed', 'low'];
  return ['access_denied', GRAVE.includes(reason) ? 'medium' : 'low'];
}

function kindOf(facts: AuditFacts, reason: string | null): Kind | undefined {
  if (facts.action === 'deny') return refusal(reason, facts);
  const tried = TRIED[facts.action];
  if (tried) return facts.success ? tried.right : tried.wrong;
  return PLAIN[facts.action];
}

/** What an audit event is to security; null for one that is nothing to it. */
export function judge(facts: AuditFacts): Judgement | null {
  const { failure_reason, count } = facts.details;
  const reason = typeof failure_reason === 'string' ? failure_reason : null;
  const [kind, severity] = kindOf(facts, reason) ?? [];
  if (!kind || !severity) return null;
  return { kind, severity, reason, count: typeof count === 'number' && count > 0 ? Math.floor(count) : 1 };
}

/** A rule: so many events of these kinds by one subject within so many minutes are an alert. */
export interface Rule {
  name: string;
  kinds: readonly SecurityEventKind[];
  subject: 'user' | 'address';
  severity: SecuritySeverity;
  count: number;
}

/** The rules; the threshold of brute force is configured, denials take twice as many. */
export const rules = (threshold: number): Rule[] => [
  {
    name: 'brute_force',
    kinds: ['sign_in_failed', 'step_up_failed'],
    subject: 'address',
    severity: 'high',
    count: threshold,
  },
  {
    name: 'brute_force',
    kinds: ['sign_in_failed', 'step_up_failed'],
    subject: 'user',
    severity: 'high',
    count: threshold,
  },
  {
    name: 'repeated_denials',
    kinds: ['access_denied'],
    subject: 'user',
    severity: 'medium',
    count: 2 * threshold,
  },
  {
    name: 'impossible_travel',
    kinds: ['impossible_travel'],
    subject: 'user',
    severity: 'high',
    count: 1,
  },
];
