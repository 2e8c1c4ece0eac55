import type { Tree } from '../packaging/packaging.service';
import { ANALYTICS_POINT } from './analytics-point';
import { AUDIT_POINT } from './audit-point';
import { CONTEXT_POINT } from './context-point';
import { judge, type Finding, type Point } from './point';
import { privatePoint } from './private-point';
import { SCHEDULING_POINT } from './scheduling-point';
import { UNBUILT_POINTS } from './unbuilt-points';

/** The checklist before a launch, in its order. */
export const POINTS: readonly Point[] = [
  ...UNBUILT_POINTS.filter(({ number }) => number < SCHEDULING_POINT.number),
  SCHEDULING_POINT,
  ...UNBUILT_POINTS.filter(({ number }) => number > SCHEDULING_POINT.number),
  AUDIT_POINT,
  privatePoint(),
  ANALYTICS_POINT,
  CONTEXT_POINT,
];

/** Looks at every point of the checklist. */
export function verifyIsolation(tree: Tree, points: readonly Point[] = POINTS): Finding[] {
  return points.map((point) => judge(point, tree));
}
