import { parseArgs } from 'node:util';
import { workspaceRoot } from '@restartix/embedded';
import { ScratchTree } from '../scratch-tree';
import { mutated, whereOf, type Mutation } from './mutation';
import { MUTATIONS } from './mutations';
import { compileIn, runCheck, runSpecs, type Outcome } from './trial';

const COMPILED = ['apps', 'libs', 'migrations'];

interface Verdict {
  mutation: Mutation;
  where: string;
  /** What went red that had to; undefined when the mutation survived. */
  noticed?: string;
  /** Why it counts as survived. */
  reason?: string;
  seconds: number;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** `npm run prove-walls -- [--only WORD]`: takes one wall away at a time and shows that somebody notices. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
  const chosen = MUTATIONS.filter(({ what }) => what.includes(values.only));
  if (chosen.length === 0) throw new Error(`No mutation is called after "${values.only}".`);
  const tree = ScratchTree.copyOf(workspaceRoot());
  const leave = () => {
    tree.remove();
    process.exit(130);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    await compileIn(tree, COMPILED);
    await control(tree, chosen);
    const verdicts: Verdict[] = [];
    for (const mutation of chosen) {
      say(`${verdicts.length + 1} of ${chosen.length}: ${mutation.what} …`);
      const verdict = await tryOut(tree, mutation);
      say(`    ${verdict.noticed ?? `SURVIVED: ${verdict.reason}`}  (${verdict.seconds} s)`);
      verdicts.push(verdict);
    }
    printTable(verdicts);
    return verdicts.every(({ noticed }) => noticed) ? 0 : 1;
  } finally {
    tree.remove();
  }
}

/** Everything that has to go red is green while nothing is taken away. */
async function control(tree: ScratchTree, mutations: readonly Mutation[]): Promise<void> {
  const specs = [...new Set(mutations.flatMap((mutation) => mutation.specs ?? []))].sort();
  const checks = [...new Set(mutations.flatMap((mutation) => mutation.check ?? []))];
  say(`control: ${[...checks, ...specs].length} specs and checks with every wall in place …`);
  const outcomes = [...(specs.length > 0 ? [await runSpecs(tree, specs)] : [])];
  for (const check of checks) outcomes.push(await runCheck(tree, check));
  const faults = outcomes.filter(({ red }) => red.length > 0);
  if (faults.length > 0) {
    throw new Error(
      `Not green before anything is taken away:\n${faults.map(({ red, tail }) => `${red.join('\n')}\n${tail}`).join('\n')}`,
    );
  }
  say(`    green: ${outcomes.flatMap(({ passed }) => passed).length} tests and checks`);
}

async function tryOut(tree: ScratchTree, mutation: Mutation): Promise<Verdict> {
  const before = Date.now();
  const read = (path: string) => tree.read(path);
  const where = whereOf(mutation, read);
  const files = mutated(mutation, read);
  const originals = [...files.keys()].map((path) => [path, read(path)] as const);
  for (const [path, text] of files) tree.plant(path, text);
  await compileIn(tree, [...files.keys()]);
  const outcome = mutation.check
    ? await runCheck(tree, mutation.check)
    : await runSpecs(tree, mutation.specs ?? []);
  for (const [path, text] of originals) tree.plant(path, text);
  await compileIn(tree, [...files.keys()]);
  const seconds = Math.round((Date.now() - before) / 1000);
  return { mutation, where, seconds, ...judge(mutation, outcome) };
}

/** The one who must notice has noticed, and not because everything broke. */
function judge({ noticedBy, check }: Mutation, { red, passed, tail }: Outcome): Partial<Verdict> {
  if (red.length === 0) return { reason: 'everything stayed green' };
  const noticed = red.filter((name) => noticedBy.test(name));
  const [first] = noticed;
  if (first === undefined) return { reason: `red was only: ${red.slice(0, 5).join('; ')}\n${tail}` };
  if (!check && passed.length === 0) return { reason: `nothing stayed green, so nothing ran:\n${tail}` };
  const others = noticed.length > 1 ? ` and ${noticed.length - 1} more` : '';
  return { noticed: `${first.trim()}${others}` };
}

function printTable(verdicts: readonly Verdict[]): void {
  const rows = [
    ['taken away', 'where', 'what went red', 's'],
    ...verdicts.map(({ mutation, where, noticed, seconds }) => [
      mutation.what,
      where,
      noticed ?? 'SURVIVED',
      String(seconds),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const [head = [], ...body] = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  say(`\n${line(head)}\n${line(widths.map((width) => '-'.repeat(width)))}\n${body.map(line).join('\n')}`);
  const survived = verdicts.filter(({ noticed }) => !noticed).length;
  say(`\n${verdicts.length - survived} of ${verdicts.length} noticed, ${survived} survived`);
}

main()
  .then((code) => process.exit(code))
  .catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
