/** Something a check found: where, and what is wrong with it. */
export interface Fault {
  where: string;
  what: string;
}

export interface CheckOptions {
  /** Top of the workspace that is looked at. */
  root: string;
  /** Mend what can be mended instead of reporting it. */
  fix: boolean;
}

/** One wall of the house: a name to call it by, what it holds, and what is wrong with a workspace in its eyes. */
export interface Check {
  name: string;
  holds: string;
  inspect(options: CheckOptions): Promise<Fault[]> | Fault[];
}
