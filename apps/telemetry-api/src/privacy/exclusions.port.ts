/** A network whose data may not be sold. */
export interface Exclusion {
  network: string;
  type: string;
}

/** Where the list of excluded networks comes from. */
export abstract class ExclusionSource {
  /** Name of the provider, for the record. */
  abstract readonly provider: string;
  /** Whether it can be asked: an account is configured. */
  abstract readonly isConfigured: boolean;
  /** The whole list. Throws an Error that says in plain words why it cannot be had. */
  abstract fetch(): Promise<Exclusion[]>;
}
