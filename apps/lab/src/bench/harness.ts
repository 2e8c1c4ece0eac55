import { lineOf, markOf, short, type Finding } from './figure';
import { untilQuiet } from './machine';
import { spreadOf, type Spread } from './statistics';

/** What one block measured, by name, in whatever unit; both sides of a comparison name the same things. */
export type Block<K extends string> = Record<K, number>;

/** One of the two things that are compared. */
export interface Side<K extends string> {
  name: string;
  /** Measures one block. */
  measure: () => Promise<Block<K>>;
}

export interface BenchOptions {
  rounds: number;
  /** How long a block may wait for a quiet machine. */
  patienceMs: number;
  /** How many events a bench works on, in place of its own number. */
  events?: number;
  /** How long a bench that can keep on keeps on, in place of comparing. */
  minutes?: number;
  say: (line: string) => void;
}

/** What the rounds came to: subject ÷ reference, each ratio from two neighbouring blocks. */
export type Ratios<K extends string> = Record<K, Spread>;

/** A bench: measures, checks what was stored, and answers its figures. Throws when the check finds a fault. */
export interface Bench {
  name: string;
  about: string;
  run: (options: BenchOptions) => Promise<Finding[]>;
}

/**
 * Measures two sides in turn, A/B/B/A/A/B …, so that whatever else the machine does meets both alike; each round waits
 * for a quiet machine, and is made of `slices` of both. One round before them warms both up and is not counted.
 */
export async function compare<K extends string>(
  subject: Side<K>,
  reference: Side<K>,
  { rounds, patienceMs, say }: BenchOptions,
  slices = 1,
): Promise<Ratios<K>> {
  await subject.measure();
  await reference.measure();
  const ratios: Block<K>[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const busy = await untilQuiet(patienceMs);
    const [a, b] = await measureInTurn(subject, reference, slices, round % 2 === 0);
    ratios.push(mapBlock(a, (name) => a[name] / b[name]));
    const told = namesOf(a).map((name) => `${name} ${short(a[name])} ÷ ${short(b[name])}`);
    say(`  round ${round} of ${rounds}: ${told.join(', ')}${busyness(busy)}`);
  }
  const [any] = ratios as [Block<K>];
  return mapBlock(any, (name) => spreadOf(ratios.map((ratio) => ratio[name])));
}

/** The middle of some slices of each side. */
async function measureInTurn<K extends string>(
  subject: Side<K>,
  reference: Side<K>,
  slices: number,
  startsWithReference: boolean,
): Promise<[Block<K>, Block<K>]> {
  const measured = new Map<Side<K>, Block<K>[]>([
    [subject, []],
    [reference, []],
  ]);
  for (let slice = 0; slice < slices; slice += 1) {
    const isTurned = startsWithReference !== (slice % 2 === 1);
    for (const side of isTurned ? [reference, subject] : [subject, reference]) {
      measured.get(side)?.push(await side.measure());
    }
  }
  const middle = (side: Side<K>) => {
    const blocks = measured.get(side) as [Block<K>, ...Block<K>[]];
    return mapBlock(blocks[0], (name) => spreadOf(blocks.map((block) => block[name])).median);
  };
  return [middle(subject), middle(reference)];
}

const namesOf = <K extends string>(block: Block<K>): K[] => Object.keys(block) as K[];

function mapBlock<K extends string, V>(block: Block<K>, value: (name: K) => V): Record<K, V> {
  return Object.fromEntries(namesOf(block).map((name) => [name, value(name)])) as Record<K, V>;
}

/** Figures of a busy machine are still ratios of one run, but whoever reads them should know. */
function busyness(share: number): string {
  return share > 0.3 ? `  [others used ${Math.round(share * 100)} % of the machine]` : '';
}

/** Runs benches one after another and prints their figures. Answers whether every one reached its floor. */
export async function runBenches(benches: readonly Bench[], options: BenchOptions): Promise<boolean> {
  let reached = true;
  for (const bench of benches) {
    options.say(`${bench.name}: ${bench.about}`);
    try {
      for (const finding of await bench.run(options)) {
        options.say(`  ${lineOf(finding)}`);
        reached &&= markOf(finding.figure, finding.spread) !== 'BELOW THE FLOOR';
      }
    } catch (error) {
      options.say(`  VOID: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      reached = false;
    }
  }
  return reached;
}
