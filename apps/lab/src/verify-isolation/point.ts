import type { Tree } from '../packaging/packaging.service';

export type Verdict = 'holds' | 'fails' | 'not built yet';

/** Something that was looked at just now, and what speaks against it. */
export interface Statement {
  says: string;
  faults: string[];
}

/** A test that proves what cannot be seen without running stores: its file and a title in it. */
export interface Proof {
  spec: string;
  title: string;
}

/** One of the twelve points of the checklist. */
export interface Point {
  number: number;
  requirement: string;
  claim: string;
  /** Looks at the tree. A built point has statements; an unbuilt one says what of it would be there. */
  look: (tree: Tree) => Statement[];
  built: boolean;
  proofs: Proof[];
  /** What nobody here can see. */
  note?: string;
}

export interface Finding {
  point: Point;
  verdict: Verdict;
  statements: Statement[];
}

/** Looks at one point. A proof that is no longer there speaks against it like anything else. */
export function judge(point: Point, tree: Tree): Finding {
  const statements = [...point.look(tree), ...missingProofs(point, tree)];
  const holds = statements.every(({ faults }) => faults.length === 0);
  if (!holds) return { point, verdict: 'fails', statements };
  return { point, verdict: point.built ? 'holds' : 'not built yet', statements };
}

function missingProofs({ proofs }: Point, tree: Tree): Statement[] {
  const faults = proofs
    .filter(({ spec, title }) => !tree.exists(spec) || !tree.text(spec).includes(title))
    .map(({ spec, title }) => `${spec} has no test "${title}"`);
  return faults.length > 0 ? [{ says: 'The tests that prove the rest exist', faults }] : [];
}
