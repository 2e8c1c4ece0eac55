/** A membership in the words of the identity provider. */
export interface ProviderMembership {
  organization: string;
  subject: string;
}

/** Why the identity provider did not take a membership: a word for people, never its text. */
export class MembershipFailure extends Error {
  constructor(
    readonly reason: string,
    /** The provider is away or busy: others need not be tried now. */
    readonly isAway: boolean,
    /** How long the provider asks to be left alone. */
    readonly pauseSeconds = 0,
  ) {
    super(reason);
  }
}

/** Tells the identity provider who belongs to which organization. */
export abstract class MembershipsPort {
  /** False when nothing is configured to tell it with. */
  abstract readonly isConfigured: boolean;
  /** Makes the subject a member; one who is already a member is as good. Throws {@link MembershipFailure}. */
  abstract add(membership: ProviderMembership): Promise<'added' | 'known'>;
}
