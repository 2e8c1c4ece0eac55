/** Whether a .dockerignore keeps a path out of the build context: the last pattern that matches it decides. */
export function isIgnored(dockerignore: string, path: string): boolean {
  const clean = path.replace(/^\.\//, '').replace(/\/$/, '');
  let ignored = false;
  for (const line of dockerignore.split('\n').map((word) => word.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const negated = line.startsWith('!');
    if (pattern(negated ? line.slice(1) : line).test(clean)) ignored = !negated;
  }
  return ignored;
}

/** A pattern matches a path or one of the folders it is in. */
function pattern(glob: string): RegExp {
  const source = glob
    .replace(/^\//, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((piece) => WILDCARDS[piece] ?? piece.replace(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return new RegExp(`^${source}(?:/.*)?$`);
}

const WILDCARDS: Record<string, string> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
