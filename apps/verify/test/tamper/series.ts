import { ATTACKS, DEPTHS, type Depth, type Hit } from './attacks';
import { Forger, type Entry, type Logs } from './forger';
import type { Judgement, Stage } from './stage';

/** One attack and what became of it. */
export interface Outcome {
  attack: string;
  depth: Depth;
  what: string;
  /** Every event that was hit was named. */
  named: boolean;
  said: string;
}

export interface Series {
  outcomes: Outcome[];
  /** Faults that were found where there were none. */
  falseAlarms: number;
  cleanRuns: number;
}

/** Attacks on a settled log, one after another, each taken back, and a look at the untouched log after each. */
export async function runSeries(
  stage: Stage,
  count: number,
  random: () => number,
  say: (outcome: Outcome, at: number) => void,
): Promise<Series> {
  const [forger, logs, backups] = [new Forger(stage.superuser), await stage.logs(), await stage.backups()];
  const below = (limit: number) => Math.floor(random() * limit);
  const kinds = Object.keys(ATTACKS).flatMap((attack) => DEPTHS.map((depth) => ({ attack, depth })));
  const series: Series = { outcomes: [], falseAlarms: 0, cleanRuns: 0 };
  for (let at = 0; at < count; at += 1) {
    const { attack, depth } = kinds[at % kinds.length] as (typeof kinds)[number];
    const { organizationId, other } = pick(logs, below);
    const scene = {
      ...{ forger, logs, organizationId, other, below },
      log: logs.get(organizationId) as readonly Entry[],
      backup: backups[below(backups.length)] as Map<number, number>,
    };
    const outcome = await forger.undone(async () => {
      const hit = await ATTACKS[attack]!(scene, depth);
      const judgement = await stage.judge(true);
      return { attack, depth, what: hit.what, named: isNamed(hit, judgement), said: sayingOf(judgement) };
    });
    series.outcomes.push(outcome);
    series.falseAlarms += (await stage.judge(true)).findings.length;
    series.cleanRuns += 1;
    say(outcome, at + 1);
  }
  return series;
}

/** A log long enough for every attack, and another one. */
function pick(logs: Logs, below: (limit: number) => number): { organizationId: number; other: number } {
  const ids = [...logs].filter(([, log]) => log.length > 3).map(([id]) => id);
  const organizationId = ids[below(ids.length)] as number;
  const others = ids.filter((id) => id !== organizationId);
  return { organizationId, other: others[below(others.length)] as number };
}

/** Whether every event that was hit stands in what the verifier said of its organization. */
function isNamed({ events }: Hit, { findings }: Judgement): boolean {
  const said = new Set(
    findings.flatMap(({ organization_id, event_id, instead }) => [
      `${organization_id} ${event_id}`,
      `${organization_id} ${instead}`,
    ]),
  );
  return (
    events.length > 0 &&
    events.every(({ organizationId, eventId }) => said.has(`${organizationId} ${eventId}`))
  );
}

function sayingOf({ verdict: { first, faults } }: Judgement): string {
  if (!first) return 'nothing';
  const { where, organization_id, fault, leaf_index, event_id, fields } = first;
  const place = leaf_index === undefined ? '' : ` at place ${leaf_index}`;
  const differs = fields ? ` (${fields.join(', ')})` : '';
  const more = faults > 1 ? `, and ${faults - 1} more` : '';
  return `${where}: ${fault}${place} of organization ${organization_id}, event ${event_id}${differs}${more}`;
}

/** A line per kind of attack. */
export function tableOf({ outcomes, falseAlarms, cleanRuns }: Series): string {
  const row = (cells: (string | number)[]) =>
    `${String(cells[0]).padEnd(30)}${String(cells[1]).padEnd(24)}${cells
      .slice(2)
      .map((cell) => String(cell).padStart(8))
      .join('')}`;
  const kinds = Object.keys(ATTACKS).flatMap((attack) => DEPTHS.map((depth) => ({ attack, depth })));
  const lines = kinds.map(({ attack, depth }) => {
    const own = outcomes.filter((outcome) => outcome.attack === attack && outcome.depth === depth);
    return row([attack, depth, own.length, own.filter(({ named }) => named).length]);
  });
  const named = outcomes.filter((outcome) => outcome.named).length;
  return [
    row(['attack', 'rewritten', 'made', 'named']),
    ...lines,
    row(['all', '', outcomes.length, named]),
    row(['none (clean run)', '', cleanRuns, `${falseAlarms} false`]),
  ].join('\n');
}
