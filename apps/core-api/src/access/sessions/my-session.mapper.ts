import { PLATFORM_ORGANIZATION, type MySession } from '@restartix/contracts';
import { placeOf } from '../../platform/places';
import type { SessionRow } from './sessions.repository';

/** What sessions.client holds, in its envelope. */
export interface SessionClient {
  address: string | null;
  user_agent: string | null;
}

/** Place of that envelope. */
export const clientPlace = (id: string): string => placeOf(PLATFORM_ORGANIZATION, 'sessions', 'client', id);

export const toMySession = (row: SessionRow, client: SessionClient, current: boolean): MySession => ({
  id: row.id,
  current,
  started_at: row.started_at.toISOString(),
  last_active_at: row.last_active_at.toISOString(),
  authenticated_at: row.authenticated_at.toISOString(),
  factors: row.factors,
  organization_id: row.organization_id,
  client_address: client.address,
  user_agent: client.user_agent,
});
