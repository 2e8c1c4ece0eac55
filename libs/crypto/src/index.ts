export * from './canonical';
export * from './envelope';
export * from './keyed-hash';
export * from './sealed-box';
