/** One change of one place in one file. `find` must stand there exactly once. */
export interface Edit {
  file: string;
  find: string;
  replace: string;
}

/** A wall taken away, and who must notice. */
export interface Mutation {
  /** What is taken away, such as "a guard". */
  what: string;
  edits: readonly [Edit, ...Edit[]];
  /** Spec files that must go red; run alone. */
  specs?: readonly string[];
  /** A check of `npm run check` that must go red, in place of specs. */
  check?: string;
  /** Name of a test, or words of the check, that must be among what went red. */
  noticedBy: RegExp;
}

/** A file of the workspace as it is. */
export type Read = (path: string) => string;

/**
 * The files of a mutation as it leaves them. Throws when the code it edits has moved: a mutation that changes nothing
 * would prove nothing.
 */
export function mutated({ what, edits }: Mutation, read: Read): Map<string, string> {
  const files = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const text = files.get(file) ?? read(file);
    const count = text.split(find).length - 1;
    if (count !== 1) {
      throw new Error(`"${what}" no longer applies: ${file} holds ${count} times, not once:\n${find}`);
    }
    // A function, so that "$" in code stands for itself.
    files.set(
      file,
      text.replace(find, () => replace),
    );
  }
  return files;
}

/** Where a mutation strikes: its files and the line of each first edit. */
export function whereOf({ edits: [first, ...others] }: Mutation, read: Read): string {
  const before = read(first.file).split(first.find)[0] ?? '';
  const more = new Set(others.map(({ file }) => file));
  more.delete(first.file);
  return [`${first.file}:${before.split('\n').length}`, ...more].join(', ');
}
