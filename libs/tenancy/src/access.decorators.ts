import { declareAccess } from '@restartix/http';
import type { Permission } from '@restartix/contracts';

type RouteDecorator = MethodDecorator & ClassDecorator;

/** Permission word for "any member, with an active organization". */
export const MEMBER = 'member';

/** The route needs this cell of the access matrix in some relationship; the use case decides for the thing itself. */
export const Requires = (permission: Permission): RouteDecorator =>
  declareAccess({ kind: 'permission', permission });

/** Any member of the active organization. */
export const Member = (): RouteDecorator => declareAccess({ kind: 'permission', permission: MEMBER });

/** Anyone signed in, with or without an active organization: routes about oneself. */
export const Authenticated = (): RouteDecorator => declareAccess({ kind: 'authenticated' });

/** No token needed. The reason is part of the route inventory. */
export const Public = (reason: string): RouteDecorator => declareAccess({ kind: 'public', reason });
