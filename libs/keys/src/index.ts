export * from './key-ring';
export * from './root-key';
