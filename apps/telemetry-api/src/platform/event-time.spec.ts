import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { madeAt, termOf } from './event-time';

const id = (time: string) => uuidv7({ msecs: new Date(time).getTime() });

it('reads the time of an id of version 7, and of no other', () => {
  expect(madeAt(id('2026-03-01T12:00:00.123Z'))).toBe(Date.parse('2026-03-01T12:00:00.123Z'));
  expect(madeAt(uuidv4())).toBeNull();
});

it('tells the term of some ids with a minute on both sides', () => {
  const ids = [id('2026-03-02T00:00:00Z'), uuidv4(), id('2026-03-01T00:00:00Z')];
  expect(termOf(ids)).toEqual({
    from: new Date('2026-02-28T23:59:00Z'),
    to: new Date('2026-03-02T00:01:00Z'),
  });
  expect(termOf([uuidv4()])).toBeNull();
});
