export * from './canonical';
export * from './checkpoint';
export * from './envelope';
export * from './keyed-hash';
export * from './merkle';
export * from './sealed-box';
