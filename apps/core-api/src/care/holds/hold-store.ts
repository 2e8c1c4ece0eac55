import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { unavailable } from '@restartix/errors';
import { RedisUnavailableError, type RedisClient, type RedisKey, type RedisScript } from '@restartix/redis';
import { RequestRedis } from '../../platform/request-redis';
import type { HeldTime } from '../scheduling/availability.service';
import { CLAIM, END, EXTEND, SWEEP } from './hold.scripts';

/** A hold lives so long without a heartbeat; clients send one every 20 seconds. */
export const HOLD_MS = 30_000;

/** What is held, and by whom. */
export interface HeldSlot {
  typeId: string;
  startsAt: number;
  specialistId: string;
  /** What nobody can guess. */
  secret: string;
}

/** Id of a hold, and back; undefined for a text that is none. */
export const holdIdOf = ({ typeId, startsAt, specialistId, secret }: HeldSlot): string =>
  [typeId, startsAt, specialistId, secret].join('.');

export function parseHoldId(id: string): HeldSlot {
  const [typeId = '', startsAt = '', specialistId = '', secret = ''] = id.split('.');
  return { typeId, startsAt: Number(startsAt), specialistId, secret };
}

const memberOf = ({ startsAt, specialistId }: Pick<HeldSlot, 'startsAt' | 'specialistId'>): string =>
  `${new Date(startsAt).toISOString()}|${specialistId}`;

function timeOf(member: string): HeldTime {
  const [time = '', specialistId = ''] = member.split('|');
  return { startsAt: Date.parse(time), specialistId };
}

/** One entry of a type's stream. */
export interface HoldEvent {
  id: string;
  event: string;
  startsAt: number;
  specialistId: string;
}

/** The holds of Redis. Every method throws holds_unavailable while it is away. */
@Injectable()
export class HoldStore {
  constructor(private readonly redis: RequestRedis) {}

  /** Claims a time: the first of many wins. `quota` is how many a client may hold of a type. */
  async claim(
    slot: Omit<HeldSlot, 'secret'>,
    clientId: string,
    quota: number,
  ): Promise<HeldSlot | 'taken' | 'quota'> {
    const held = { ...slot, secret: randomBytes(16).toString('base64url') };
    const outcome = await this.run(CLAIM, held, clientId, [
      valueOf(held, clientId),
      HOLD_MS,
      quota,
      memberOf(held),
    ]);
    return outcome === 'held' ? held : (outcome as 'taken' | 'quota');
  }

  /** Whether it is still the client's; extends it by a heartbeat, or quietly for a booking. */
  async extend(held: HeldSlot, clientId: string, tells: boolean): Promise<boolean> {
    const values = [valueOf(held, clientId), HOLD_MS, memberOf(held), tells ? 1 : 0];
    return (await this.run(EXTEND, held, clientId, values)) === 1;
  }

  /** Whether it was still the client's. */
  async end(held: HeldSlot, clientId: string, how: 'release' | 'confirm'): Promise<boolean> {
    return (await this.run(END, held, clientId, [valueOf(held, clientId), memberOf(held), how])) === 1;
  }

  async isHeldBy(held: HeldSlot, clientId: string): Promise<boolean> {
    return (await this.ask((redis) => redis.get(holdKey(redis, held)))) === valueOf(held, clientId);
  }

  /** What is held of a type now; tells of what has run out. */
  async heldOf(typeId: string): Promise<HeldTime[]> {
    const nothing = { typeId, startsAt: 0, specialistId: '', secret: '' };
    return ((await this.run(SWEEP, nothing, '', [])) as string[]).map(timeOf);
  }

  /** The client's holds of a type, with their ids. */
  async heldBy(typeId: string, clientId: string): Promise<HeldSlot[]> {
    const held: HeldSlot[] = [];
    for (const time of await this.heldOf(typeId)) {
      const slot = { typeId, ...time, secret: '' };
      const [secret, owner] = ((await this.ask((redis) => redis.get(holdKey(redis, slot)))) ?? '').split(':');
      if (secret && owner === clientId) held.push({ ...slot, secret });
    }
    return held;
  }

  /** What happened after an event, oldest first. */
  async eventsAfter(typeId: string, lastId: string): Promise<HoldEvent[]> {
    const entries = await this.ask((redis) => redis.readStream(streamKey(redis, typeId), lastId));
    return entries.map(({ id, fields }) => ({ id, event: fields.event ?? '', ...timeOf(fields.slot ?? '') }));
  }

  /** The newest event's id; where a stream begins that asks for what is to come. */
  async lastEventId(typeId: string): Promise<string> {
    return (await this.ask((redis) => redis.lastOfStream(streamKey(redis, typeId)))) ?? '0-0';
  }

  private run(
    script: RedisScript,
    held: HeldSlot,
    clientId: string,
    values: (string | number)[],
  ): Promise<unknown> {
    return this.ask((redis) =>
      redis.evaluate(
        script,
        [
          holdKey(redis, held),
          redis.key('client', `{${held.typeId}}`, clientId, 'holds'),
          redis.key('holds', `{${held.typeId}}`),
          streamKey(redis, held.typeId),
        ],
        values,
      ),
    );
  }

  private async ask<T>(question: (redis: RedisClient) => Promise<T>): Promise<T> {
    try {
      if (!this.redis.client) throw new RedisUnavailableError(new Error('No Redis is configured'));
      return await question(this.redis.client);
    } catch (error) {
      if (error instanceof RedisUnavailableError) throw unavailable('holds_unavailable', error);
      throw error;
    }
  }
}

const valueOf = ({ secret }: HeldSlot, clientId: string): string => `${secret}:${clientId}`;

/** Scoped by the type, as the source has it: hold:{type}:slot:specialist. */
const holdKey = (redis: RedisClient, { typeId, startsAt, specialistId }: HeldSlot): RedisKey =>
  redis.key('hold', `{${typeId}}`, new Date(startsAt).toISOString(), specialistId);

const streamKey = (redis: RedisClient, typeId: string): RedisKey =>
  redis.key('holds', 'events', `{${typeId}}`);
