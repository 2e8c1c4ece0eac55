export * from './database';
export * from './migrate';
export * from './rls';
export * from './sql-error';
export * from './unit-of-work';
