import type { Marks } from './marks';
import type { Piece } from './stores';

/** A mark where none may be. */
export interface Finding {
  where: string;
  around: string;
}

/** Every mark in these pieces. */
export function scan(pieces: readonly Piece[], marks: Marks): Finding[] {
  return pieces.flatMap(({ where, text }) => {
    const [around] = marks.findIn(text);
    return around === undefined ? [] : [{ where, around }];
  });
}
