import { SetMetadata } from '@nestjs/common';
import { declareAccess } from '@restartix/http';
import type { Permission } from '@restartix/contracts';

type RouteDecorator = MethodDecorator & ClassDecorator;

const ABOUT_LOGIN = 'restartix:about-login';

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

/** The route speaks of how its caller signs in, and where else, not of a record: closed to whoever sees as them. */
export const AboutLogin = (): RouteDecorator => SetMetadata(ABOUT_LOGIN, true);

/** Whether a route, or its controller, speaks of how its caller signs in. */
export function isAboutLogin(handler: object, controller: object): boolean {
  const own: unknown =
    Reflect.getMetadata(ABOUT_LOGIN, handler) ?? Reflect.getMetadata(ABOUT_LOGIN, controller);
  return own === true;
}
