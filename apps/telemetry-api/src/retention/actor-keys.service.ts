import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PlatformLogger } from '@restartix/logging';
import { KeyringService } from '../integrity/keyring.service';

const DAY_MS = 86_400_000;
/** The longest term of a row that carries an actor hash, and the quarter its key was made for. */
const TERM_DAYS = 731 + 92;

/** Destroys the keys of actor hashes once the last row under them is past its term. Any number of instances may do it. */
@Injectable()
export class ActorKeysService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: PlatformLogger;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly keyring: KeyringService,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('retention');
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.round();
    this.timer = setInterval(() => void this.round(), DAY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** One look; a failure is reported and left to the next. */
  async round(now = Date.now()): Promise<void> {
    try {
      const before = new Date(now - TERM_DAYS * DAY_MS).toISOString().slice(0, 10);
      const destroyed = await this.keyring.destroyActorKeys(before);
      if (destroyed > 0) this.logger.info('Destroyed keys of actor hashes past their term', { destroyed });
    } catch (error) {
      this.logger.warn('Keys of actor hashes past their term could not be destroyed', { error });
    }
  }
}
