export * from './clerk/clerk-lab';
export * from './maxmind/city-database';
export * from './s3/s3-lab';
export * from './clerk/clerk-webhooks';
export * from './oidc/oidc-client';
export * from './oidc/oidc-lab';
export * from './webauthn/software-authenticator';
export * from './maxmind/maxmind-lab';
export { TEST_NETWORKS } from './maxmind/test-networks';
