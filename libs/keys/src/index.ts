export * from './configured-root-key';
export * from './key-ring';
export * from './kms-root-key.adapter';
export * from './local-root-key';
export * from './root-key';
