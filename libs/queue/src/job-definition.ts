import { Injectable, type Type } from '@nestjs/common';

/** A kind of job: where it waits, what it carries, how often and how patiently it is tried. */
export interface JobDefinition<P extends object> {
  queue: string;
  name: string;
  /** Whether a value is a payload of this kind; asked before a job is stored and again before it is handled. */
  isPayload(value: unknown): value is P;
  /** How often it is tried in all. */
  attempts: number;
  /** The pause after the first failure; doubles with each one up to the longest. With jitter. */
  backoff: { firstMs: number; longestMs: number };
}

/** What lies in Redis for a job: ids of the context it was made in, and its payload. Never who made it. */
export interface StoredJob {
  context: { request_id: string; organization_id: number | null };
  payload: unknown;
}

/** Does the work of one kind of job. Runs at least once per job: it must stand being repeated. */
export interface JobHandler<P extends object> {
  handle(payload: P): Promise<void>;
  /** Told once of a job that failed for the last time and is not tried again. */
  givenUp?(): void;
}

const HANDLES = Symbol.for('restartix.handles-job');

/** Marks a provider as the handler of a kind of job. */
export function HandlesJob<P extends object>(definition: JobDefinition<P>) {
  return (target: Type<JobHandler<P>>): void => {
    Injectable()(target);
    Reflect.defineMetadata(HANDLES, definition, target);
  };
}

/** The kind of job a class handles; undefined when it handles none. */
export function handledJob(target: object): JobDefinition<object> | undefined {
  return Reflect.getMetadata(HANDLES, target) as JobDefinition<object> | undefined;
}

/** A pause before the next attempt, in milliseconds: doubling, capped, spread over its upper half. */
export function pauseAfter(attempts: number, backoff: JobDefinition<object>['backoff']): number {
  const whole = Math.min(backoff.firstMs * 2 ** Math.min(attempts - 1, 30), backoff.longestMs);
  return Math.round(whole * (0.5 + Math.random() / 2));
}
