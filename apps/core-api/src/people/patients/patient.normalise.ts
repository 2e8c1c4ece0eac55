import type { IndexedColumn } from './patient.entity';

/** The form of a value two spellings of the same thing share; blind indexes are made of it. */
export function normalise(column: IndexedColumn, value: string): string {
  const text = value.normalize('NFKC').trim();
  if (column === 'email' || column === 'last_name') return text.toLowerCase().replace(/\s+/g, ' ');
  return text;
}
