import type { ApiKeyRealm } from '@restartix/tenancy';
import type { CoreConfig } from '../../core.config';

/** A key of a lab opens nothing in production, and says so by how it begins. */
export const realmOf = ({ NODE_ENV }: Pick<CoreConfig, 'NODE_ENV'>): ApiKeyRealm =>
  NODE_ENV === 'production' ? 'live' : 'test';
