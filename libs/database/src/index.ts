export * from './database';
export * from './measure-pools';
export * from './migrate';
export * from './rls';
export * from './sql-error';
export * from './statement';
export * from './unit-of-work';
