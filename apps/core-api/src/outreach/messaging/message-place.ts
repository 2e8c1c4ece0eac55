import { placeOf } from '../../platform/places';

/** Place of the envelope in `messages.data`. */
export const messagePlace = (organizationId: number, id: string): string =>
  placeOf(organizationId, 'messages', 'data', id);
