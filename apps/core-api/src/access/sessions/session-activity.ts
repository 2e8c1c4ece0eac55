import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import { SessionsRepository } from './sessions.repository';

const WRITE_EVERY_MS = 1_000;

/**
 * When sessions were last used: kept here for a second and then written for all of them together, so that being alive
 * costs no request a write. Another process sees it a second late; one that is killed takes that second with it.
 */
@Injectable()
export class SessionActivity implements BeforeApplicationShutdown {
  private waiting = new Map<string, Date>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: SessionsRepository,
    private readonly logger: PlatformLogger,
  ) {}

  touch(sessionId: string, at: Date): void {
    this.waiting.set(sessionId, at);
    this.timer ??= this.soon();
  }

  /** The later of what the database says and what is not written yet. */
  latest(sessionId: string, written: Date): Date {
    const own = this.waiting.get(sessionId);
    return own && own > written ? own : written;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.write();
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const writing = this.waiting;
    if (writing.size === 0) return;
    try {
      await this.repository.touch(writing);
      for (const [id, at] of writing) if (this.waiting.get(id) === at) this.waiting.delete(id);
    } catch (error) {
      this.logger.warn('The activity of sessions could not be written; it is kept', { error });
    }
    if (this.waiting.size > 0) this.timer ??= this.soon();
  }

  private soon(): NodeJS.Timeout {
    return setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
  }
}
