export * from './load';
export * from './secret';
export * from './variable';
export * from './variables';
export type { OidcIssuer } from './oidc-issuers';
