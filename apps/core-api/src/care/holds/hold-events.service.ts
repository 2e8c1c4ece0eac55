import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HoldStore, type HoldEvent } from './hold-store';
import { StrangerRepository } from './stranger.repository';

const LOOK_MS = 250;

type Listener = (event: HoldEvent) => void;

interface Watched {
  lastId: string;
  listeners: Set<Listener>;
}

/** What happens to the holds of a type, whichever process it happens in: each process reads the type's stream. */
@Injectable()
export class HoldEventsService implements OnApplicationShutdown {
  private readonly watched = new Map<string, Watched>();
  private readonly closers = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly strangers: StrangerRepository,
    private readonly store: HoldStore,
  ) {}

  /**
   * Tells of every event after `lastId`, or of those to come; `onShutdown` when this process ends. Answers how to stop.
   * Throws not_found for a type that is not published, and holds_unavailable.
   */
  async follow(
    typeId: string,
    lastId: string | undefined,
    listener: Listener,
    onShutdown: () => void,
  ): Promise<() => void> {
    return this.strangers.forType(typeId, async () => {
      const newest = await this.store.lastEventId(typeId);
      const missed = lastId === undefined ? [] : await this.store.eventsAfter(typeId, lastId);
      for (const event of missed) listener(event);
      const from = missed.at(-1)?.id ?? lastId ?? newest;
      return this.watch(typeId, from, listener, onShutdown);
    });
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    for (const close of this.closers) close();
  }

  private watch(typeId: string, from: string, listener: Listener, onShutdown: () => void): () => void {
    const own: Listener = after(from, listener);
    const watched = this.watched.get(typeId) ?? { lastId: from, listeners: new Set() };
    watched.lastId = isAfter(watched.lastId, from) ? from : watched.lastId;
    watched.listeners.add(own);
    this.watched.set(typeId, watched);
    this.closers.add(onShutdown);
    this.timer ??= setTimeout(() => void this.look(), LOOK_MS);
    return () => {
      watched.listeners.delete(own);
      this.closers.delete(onShutdown);
      if (watched.listeners.size === 0) this.watched.delete(typeId);
    };
  }

  private async look(): Promise<void> {
    for (const [typeId, watched] of this.watched) {
      try {
        await this.store.heldOf(typeId); // tells of what has run out
        for (const event of await this.store.eventsAfter(typeId, watched.lastId)) {
          watched.lastId = event.id;
          for (const listener of watched.listeners) listener(event);
        }
      } catch {
        // Redis is away: the next look will tell what was missed
      }
    }
    this.timer = this.watched.size > 0 ? setTimeout(() => void this.look(), LOOK_MS) : undefined;
  }
}

/** Ids of a stream are `milliseconds-number`. */
function isAfter(a: string, b: string): boolean {
  const [left = 0, leftNumber = 0] = a.split('-').map(Number);
  const [right = 0, rightNumber = 0] = b.split('-').map(Number);
  return left > right || (left === right && leftNumber > rightNumber);
}

/** Each listener is told of an event once, although another one's look may begin further back. */
function after(from: string, listener: Listener): Listener {
  let last = from;
  return (event) => {
    if (!isAfter(event.id, last)) return;
    last = event.id;
    listener(event);
  };
}
