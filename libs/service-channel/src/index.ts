export * from './channel-client';
export * from './channel-guard';
export { contentDigest } from './content-digest';
export { keyId } from './key-id';
export { NonceCache } from './nonce-cache';
export { signRequest } from './message-signature';
