import { SetMetadata } from '@nestjs/common';
import { currentContext, requireContext } from '@restartix/context';
import type { StepUpPurpose } from '@restartix/contracts';
import { DomainError } from '@restartix/errors';

const STEP_UP = 'restartix:step-up';
const PROVEN = Symbol('what a second factor was shown for');

/** The route needs a fresh second factor, shown for this purpose. */
export const RequiresStepUp = (purpose: StepUpPurpose): MethodDecorator & ClassDecorator =>
  SetMetadata(STEP_UP, purpose);

/** The purpose a route needs a second factor for, if any. */
export function stepUpPurposeOf(handler: object, controller: object): StepUpPurpose | undefined {
  const own: unknown = Reflect.getMetadata(STEP_UP, handler) ?? Reflect.getMetadata(STEP_UP, controller);
  return own as StepUpPurpose | undefined;
}

/** Keeps what this request has shown a second factor for; `any` is the identity provider's fresh word. */
export function holdStepUp(purpose: StepUpPurpose | 'any'): void {
  requireContext().slots.set(PROVEN, purpose);
}

/** For use cases that need a second factor only sometimes. Throws step_up_required. */
export function assertSteppedUp(purpose: StepUpPurpose): void {
  const proven = currentContext()?.slots.get(PROVEN);
  if (proven !== purpose && proven !== 'any') throw stepUpRequired(purpose);
}

export const stepUpRequired = (purpose: StepUpPurpose): DomainError =>
  new DomainError('step_up_required', { detail: `Purpose: ${purpose}.` });
