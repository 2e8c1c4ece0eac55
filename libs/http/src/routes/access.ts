/**
 * Who may call a route. `public` carries the reason for the inventory; `permission` is a cell of the access matrix;
 * `channel` is the other service.
 */
export type AccessDeclaration =
  | { kind: 'public'; reason: string }
  | { kind: 'authenticated' }
  | { kind: 'permission'; permission: string }
  | { kind: 'channel' };

const ACCESS = Symbol.for('restartix.access');

/** Declares who may call a route (on a handler) or every route of a controller (on the class). */
export function declareAccess(declaration: AccessDeclaration): MethodDecorator & ClassDecorator {
  return (target: object, _property?: string | symbol, descriptor?: PropertyDescriptor) => {
    Reflect.defineMetadata(ACCESS, declaration, (descriptor?.value as object | undefined) ?? target);
  };
}

/** The declaration of a handler, or else of its controller; undefined when there is none. */
export function readAccess(handler: object, controller: object): AccessDeclaration | undefined {
  const own: unknown = Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller);
  return own as AccessDeclaration | undefined;
}
