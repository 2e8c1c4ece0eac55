import { canonicalJson, leafHash } from '@restartix/crypto';
import { isDropped, lawfulDrops, type DropClaim } from './lawful-drops';

const idOf = (time: string) => {
  const hex = Date.parse(time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};

/** A drop of a month as the service makes and records it. */
function dropOf(from: string, to: string, droppedAt: string): DropClaim {
  const [fromDate, toDate, at] = [from, to, droppedAt].map((text) => new Date(text)) as [Date, Date, Date];
  const eventId = idOf(droppedAt);
  const row = {
    ...{ event_id: eventId, action: 'delete', resource_type: 'audit_partition', timestamp: at.toISOString() },
    details: { from: fromDate.toISOString(), to: toDate.toISOString(), events: 1 },
  };
  return {
    eventId,
    from: fromDate,
    to: toDate,
    droppedAt: at,
    leaf: leafHash(canonicalJson(row)),
    rows: [row],
  };
}

const january = () => dropOf('2017-01-01', '2017-02-01', '2024-03-01');
const range = { from: Date.parse('2017-01-01'), to: Date.parse('2017-02-01') };

describe('a drop of a partition', () => {
  it('is lawful past the term, recorded in the log by an event that says the same', () => {
    expect(lawfulDrops([january()])).toEqual([range]);
  });

  it.each<[string, (claim: DropClaim) => DropClaim]>([
    ['within six years', () => dropOf('2017-01-01', '2017-02-01', '2023-01-01')],
    ['whose event is in no log', (claim) => ({ ...claim, leaf: null })],
    ['whose event is gone', (claim) => ({ ...claim, rows: [] })],
    ['whose event was changed', (claim) => ({ ...claim, rows: [{ ...claim.rows[0], success: false }] })],
    ['of another time than its event says', (claim) => ({ ...claim, to: new Date('2017-03-01') })],
    [
      'with an event that speaks of something else',
      (claim) => withEvent(claim, { resource_type: 'patient' }),
    ],
    ['with an event of a notice', (claim) => withEvent(claim, { action: 'configure' })],
  ])('%s is not', (_, change) => {
    expect(lawfulDrops([change(january())])).toEqual([]);
  });

  it('whose event is gone with a later lawful one stays lawful', () => {
    const later = dropOf('2024-03-01', '2024-04-01', '2031-05-01');
    expect(lawfulDrops([{ ...january(), rows: [] }, later])).toHaveLength(2);
    expect(
      lawfulDrops([
        { ...january(), rows: [] },
        { ...later, leaf: null },
      ]),
    ).toEqual([]);
  });
});

describe('an event is of the time of a drop', () => {
  it('by the time the copy says, else by its id', () => {
    const event = (timestamp: string) => ({ timestamp });
    const id = idOf('2017-01-15');
    expect(isDropped([range], id, event('2017-01-31T23:59:59.999Z'))).toBe(true);
    expect(isDropped([range], id, event('2017-02-01T00:00:00.000Z'))).toBe(false);
    expect(isDropped([range], id, null)).toBe(true);
    expect(isDropped([range], idOf('2017-02-02'), null)).toBe(false);
    expect(isDropped([range], '00000000-0000-4000-8000-000000000000', null)).toBe(false);
    expect(isDropped([], id, null)).toBe(false);
  });
});

function withEvent(claim: DropClaim, fields: object): DropClaim {
  const row = { ...claim.rows[0], ...fields };
  return { ...claim, rows: [row], leaf: leafHash(canonicalJson(row)) };
}
