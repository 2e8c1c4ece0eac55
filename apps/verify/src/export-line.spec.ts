import fc from 'fast-check';
import { canonicalJson } from '@restartix/crypto';
import { ExportLines } from './export-line';

const hash = (number: number) => number.toString(16).padStart(64, '0');

/** Entries of a log of 16, of which neighbours share the upper hashes of their proofs as in an export. */
const ENTRIES = Array.from({ length: 16 }, (_, place) => ({
  event:
    place === 5 ? null : { details: place === 7 ? { note: 'é\n' } : {}, event_id: `id-${place}`, user: 'a' },
  event_id: `00000000-0000-7000-8000-${String(place).padStart(12, '0')}`,
  leaf_hash: hash(place),
  leaf_index: place,
  proof: [0, 1, 2, 3].map((level) => hash(100 * level + ((place >> level) ^ 1))),
}));
const TEXTS = ENTRIES.map((entry) => canonicalJson(entry));

describe('a line of an export', () => {
  it('is read by its place as it is read whole', () => {
    const lines = new ExportLines();
    for (const [place, text] of TEXTS.entries()) {
      const read = lines.read(text, place);
      expect(read).toEqual(new ExportLines().read(text, null));
      expect(read).toEqual({ line: ENTRIES[place], eventText: canonicalJson(ENTRIES[place]!.event) });
    }
  });

  it('is read to a depth of 32, by its place and whole', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : { in: nested(levels - 1) });
    const line = (levels: number) =>
      TEXTS[3]!.replace('{"details":{}', `{"details":${JSON.stringify(nested(levels))}`);
    for (const place of [3, null]) {
      expect(new ExportLines().read(line(30), place)?.line['leaf_index']).toBe(3);
      expect(new ExportLines().read(line(31), place)).toBeNull();
    }
  });

  it('that was changed is read by its place as it is read whole', () => {
    const piece = fc.constantFrom(
      '',
      '"',
      ',',
      '{',
      '}',
      ']',
      'a',
      '0',
      ' ',
      '\\',
      hash(1),
      '","leaf_index":3,"proof":[',
    );
    const change = fc.record({
      place: fc.nat(15),
      from: fc.nat(),
      length: fc.nat(70),
      piece,
      before: fc.nat(3),
    });
    fc.assert(
      fc.property(change, ({ place, from, length, piece: put, before }) => {
        const text = TEXTS[place]!;
        const at = from % (text.length + 1);
        const changed = text.slice(0, at) + put + text.slice(at + length);
        const lines = new ExportLines();
        for (let known = Math.max(0, place - before); known < place; known += 1)
          lines.read(TEXTS[known]!, known);
        expect(lines.read(changed, place)).toEqual(new ExportLines().read(changed, null));
      }),
      { numRuns: 5_000, seed: 4 },
    );
  });
});
