import { SetMetadata } from '@nestjs/common';
import type { AuditAction } from '@restartix/contracts';

/** An event a route leaves behind when it succeeds, such as "view patient". */
export type DeclaredEvent = `${AuditAction} ${string}`;

export interface AuditDeclaration {
  /** What a success leaves. `each`: one per thing shown, not one per request. */
  events: readonly DeclaredEvent[];
  each: boolean;
  /** What it leaves besides, once for each patient whose health data the answer holds: for none, or for many. */
  perPatient?: readonly DeclaredEvent[];
  /** The kind of protected thing the answer shows: every id in it must have been registered, or it is withheld. */
  shows?: string;
}

const AUDIT = 'restartix:audit';

/** Declares what a route leaves in the audit trail when it succeeds. */
export const Audited = (
  events: readonly DeclaredEvent[],
  options: Partial<Omit<AuditDeclaration, 'events'>> = {},
): MethodDecorator => SetMetadata(AUDIT, { events, each: false, ...options } satisfies AuditDeclaration);

/** The declaration of a handler, if it has one. */
export function readAudit(handler: object): AuditDeclaration | undefined {
  return Reflect.getMetadata(AUDIT, handler) as AuditDeclaration | undefined;
}
