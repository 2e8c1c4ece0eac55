/** What must be asked once per statement, not once per row. */
const SESSION_CALL = /\b(?:current_setting|current_app_\w+)\s*\(/g;

/**
 * The calls of a policy's condition (as PostgreSQL prints it) that are made for every row: those that do not stand in
 * a sub-select of their own, without a FROM, which the planner runs once.
 */
export function bareCalls(condition: string): string[] {
  const text = condition.replace(/'(?:[^']|'')*'/g, (literal) => `'${'_'.repeat(literal.length - 2)}'`);
  return [...text.matchAll(SESSION_CALL)]
    .filter(({ index }) => !standsAlone(enclosingSelect(text, index)))
    .map(([call]) => `${call.replace(/\s*\($/, '')}()`);
}

/** The text of the innermost sub-select around a position, or null where there is none. */
function enclosingSelect(text: string, position: number): string | null {
  for (let start = openingBefore(text, position); start >= 0; start = openingBefore(text, start)) {
    const group = text.slice(start + 1, closingAfter(text, start));
    if (/^\s*select\b/i.test(group)) return group;
  }
  return null;
}

function standsAlone(select: string | null): boolean {
  return select !== null && !/\bfrom\b/i.test(withoutNested(select));
}

/** Position of the parenthesis that is open at a position; -1 at the top. */
function openingBefore(text: string, position: number): number {
  let depth = 0;
  for (let at = position - 1; at >= 0; at -= 1) {
    if (text[at] === ')') depth += 1;
    if (text[at] === '(' && depth-- === 0) return at;
  }
  return -1;
}

function closingAfter(text: string, opening: number): number {
  let depth = 0;
  for (let at = opening; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')' && --depth === 0) return at;
  }
  return text.length;
}

function withoutNested(text: string): string {
  const inner = text.replace(/\([^()]*\)/g, ' ');
  return inner === text ? text : withoutNested(inner);
}
