import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../checks/steps';
import { mutated, whereOf, type Mutation } from './mutation';
import { MUTATIONS } from './mutations';

const WORKSPACE = join(__dirname, '../../../..');
const read = (path: string) => readFileSync(join(WORKSPACE, path), 'utf8');

describe('the mutations of prove-walls', () => {
  it.each(MUTATIONS)('$what: still applies, and who must notice is still there', (mutation) => {
    for (const [file, text] of mutated(mutation, read)) expect(text).not.toBe(read(file));
    const { specs = [], check } = mutation;
    for (const spec of specs) expect(read(spec)).toMatch(/describe|it\(/);
    const named = CHECKS.filter(({ name }) => name === check);
    expect(specs.length > 0 ? named.length === 0 : named.length === 1).toBe(true);
  });

  it('take away one thing each', () => {
    expect(new Set(MUTATIONS.map(({ what }) => what)).size).toBe(MUTATIONS.length);
  });

  it.each(['guard', 'policy', 'organization_id', 'matrix cell', 'redaction rule', 'audit declaration'])(
    'take away one %s',
    (word) => {
      expect(MUTATIONS.filter(({ what }) => what.includes(word))).not.toEqual([]);
    },
  );

  it('fail loudly when the code they edit has moved', () => {
    const edit = { file: 'a.ts', find: 'guard($1);\n', replace: '$&' };
    const mutation: Mutation = { what: 'a planted one', edits: [edit], specs: ['x'], noticedBy: /x/ };
    expect([...mutated(mutation, () => 'a;\nguard($1);\nb;').values()]).toEqual(['a;\n$&b;']);
    expect(whereOf(mutation, () => 'a;\nguard($1);\nb;')).toBe('a.ts:2');
    expect(() => mutated(mutation, () => 'a;\nb;')).toThrow(/a planted one.* no longer applies: a\.ts/);
    expect(() => mutated(mutation, () => 'guard($1);\nguard($1);\n')).toThrow('2 times');
  });
});
