import { randomBytes, randomInt, scryptSync, timingSafeEqual } from 'node:crypto';
import { ClerkRefusal, missing, notFound } from './clerk-refusal';

/** Somebody with an account at the emulated instance. */
export interface ClerkUser {
  /** "user_…". */
  id: string;
  email: string;
  /** Without one only a code or a link signs in. */
  password?: string;
  /** The organization their sessions begin in. */
  organization?: { id: string; slug: string; role: string };
}

/** What was sent to somebody's address: a code to type, or the token of a link to follow. */
export interface ClerkMail {
  to: string;
  kind: 'email_code' | 'email_link';
  secret: string;
}

export type Strategy = 'password' | 'email_code' | 'email_link';

interface Verification {
  strategy: Strategy;
  status: 'unverified' | 'verified' | 'expired' | 'failed';
  secret: string;
  expiresAt: number;
  attempts: number;
}

export interface SignIn {
  id: string;
  client: string;
  user: StoredUser;
  status: 'needs_first_factor' | 'complete';
  verification?: Verification;
  sessionId?: string;
}

interface StoredUser extends Omit<ClerkUser, 'password'> {
  password?: { salt: Buffer; hash: Buffer };
}

const TEN_MINUTES = 600_000;
const MOST_ATTEMPTS = 3;
const identifier = (kind: string): string => `${kind}_${randomBytes(15).toString('hex')}`;

/** How people sign in at the emulated instance: a password, a code, or a link; each good once and for ten minutes. */
export class ClerkSignIns {
  readonly mails: ClerkMail[] = [];
  readonly #users = new Map<string, StoredUser>();
  readonly #signIns = new Map<string, SignIn>();

  constructor(private readonly now: () => number) {}

  addUser({ password, ...user }: ClerkUser): void {
    const salt = randomBytes(16);
    const stored = password === undefined ? undefined : { salt, hash: scryptSync(password, salt, 32) };
    this.#users.set(user.email, { ...user, ...(stored ? { password: stored } : {}) });
  }

  hasUser(id: string): boolean {
    return this.byId(id) !== undefined;
  }

  /** Sessions of the user begin in this organization from now on. */
  activate(id: string, organization: NonNullable<ClerkUser['organization']>): void {
    const user = this.byId(id);
    if (user) user.organization = organization;
  }

  private byId(id: string): StoredUser | undefined {
    return [...this.#users.values()].find((user) => user.id === id);
  }

  /** Begins a sign-in; a right password completes it. */
  begin(client: string, form: URLSearchParams): SignIn {
    const user = this.#users.get(required(form, 'identifier'));
    if (!user)
      throw new ClerkRefusal(422, 'form_identifier_not_found', "Couldn't find your account.", 'identifier');
    const signIn: SignIn = { id: identifier('sia'), client, user, status: 'needs_first_factor' };
    this.#signIns.set(signIn.id, signIn);
    return form.has('strategy') || form.has('password') ? this.attempt(client, signIn.id, form) : signIn;
  }

  /** What the client that began it sees of a sign-in. */
  find(client: string, id: string): SignIn {
    const signIn = this.#signIns.get(id);
    if (!signIn || signIn.client !== client) throw notFound('sign-in');
    return signIn;
  }

  /** Sends a code or a link; what was sent before is good no more. */
  prepare(client: string, id: string, form: URLSearchParams): SignIn {
    const signIn = this.open(client, id);
    const strategy = required(form, 'strategy');
    if (strategy !== 'email_code' && strategy !== 'email_link') throw notForUser();
    const secret =
      strategy === 'email_code'
        ? String(randomInt(1_000_000)).padStart(6, '0')
        : randomBytes(24).toString('base64url');
    const expiresAt = this.now() + TEN_MINUTES;
    signIn.verification = { strategy, status: 'unverified', secret, expiresAt, attempts: 0 };
    this.mails.push({ to: signIn.user.email, kind: strategy, secret });
    return signIn;
  }

  /** Tries a password or a code. */
  attempt(client: string, id: string, form: URLSearchParams): SignIn {
    const signIn = this.open(client, id);
    const strategy = form.get('strategy') ?? 'password';
    if (strategy === 'password') return this.byPassword(signIn, required(form, 'password'));
    if (strategy !== 'email_code') throw notForUser();
    this.byCode(signIn, required(form, 'code'));
    return signIn;
  }

  /** Somebody follows a link: the sign-in of the client that asked for it goes on. */
  follow(token: string): SignIn {
    const signIn = [...this.#signIns.values()].find(
      ({ verification }) => verification?.strategy === 'email_link' && verification.secret === token,
    );
    if (!signIn?.verification) throw notFound('link');
    this.assertUsable(signIn.verification);
    this.complete(signIn, signIn.verification);
    return signIn;
  }

  private byPassword(signIn: SignIn, password: string): SignIn {
    const stored = signIn.user.password;
    if (!stored) throw notForUser();
    if (!timingSafeEqual(scryptSync(password, stored.salt, 32), stored.hash))
      throw new ClerkRefusal(422, 'form_password_incorrect', 'Password is incorrect.', 'password');
    const verification = { secret: '', expiresAt: this.now() + TEN_MINUTES, attempts: 0 };
    signIn.verification = { strategy: 'password', status: 'unverified', ...verification };
    this.complete(signIn, signIn.verification);
    return signIn;
  }

  private byCode(signIn: SignIn, code: string): void {
    const { verification } = signIn;
    if (verification?.strategy !== 'email_code')
      throw new ClerkRefusal(400, 'verification_missing', 'No code was asked for.');
    this.assertUsable(verification);
    verification.attempts += 1;
    if (verification.secret === code) return this.complete(signIn, verification);
    if (verification.attempts >= MOST_ATTEMPTS) verification.status = 'failed';
    throw new ClerkRefusal(422, 'form_code_incorrect', 'Incorrect code.', 'code');
  }

  private assertUsable(verification: Verification): void {
    const { status, expiresAt } = verification;
    if (status === 'verified')
      throw new ClerkRefusal(400, 'verification_already_verified', 'It was used before.');
    if (status === 'failed')
      throw new ClerkRefusal(400, 'verification_failed', 'Too many failed attempts. Ask for another.');
    if (expiresAt > this.now()) return;
    verification.status = 'expired';
    throw new ClerkRefusal(400, 'verification_expired', 'It has expired. Ask for another.');
  }

  private complete(signIn: SignIn, verification: Verification): void {
    verification.status = 'verified';
    signIn.status = 'complete';
    signIn.sessionId = identifier('sess');
  }

  private open(client: string, id: string): SignIn {
    const signIn = this.find(client, id);
    if (signIn.status === 'complete') throw new ClerkRefusal(400, 'session_exists', 'You are signed in.');
    return signIn;
  }
}

function required(form: URLSearchParams, parameter: string): string {
  const value = form.get(parameter);
  if (!value) throw missing(parameter);
  return value;
}

const notForUser = (): ClerkRefusal =>
  new ClerkRefusal(400, 'strategy_for_user_invalid', 'This strategy is not for this account.', 'strategy');
