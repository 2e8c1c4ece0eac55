import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { createContext, runInContext } from '@restartix/context';
import { PlatformLogger } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { InboundEventsService } from './inbound-events.service';

/** Other instances take events in without waking this one; it looks by itself this often. */
const POLL_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/** Works on what vendors told us, one event after another; any number of processes may do so at once. */
@Injectable()
export class InboundEventsWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopping = false;
  private running: Promise<void> | undefined;
  private wake: () => void = () => undefined;
  private failures = 0;

  constructor(
    private readonly events: InboundEventsService,
    private readonly logger: PlatformLogger,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.OUTBOX_RELAY) return;
    this.events.onTaken(() => this.wake());
    this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.running;
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      const worked = await this.round();
      if (!worked) await this.pause(Math.min(LONGEST_PAUSE_MS, POLL_MS * 2 ** this.failures));
    }
  }

  private async round(): Promise<boolean> {
    try {
      const context = createContext({ requestId: uuidv7() });
      const worked = await runInContext(context, () => this.events.workOnNext());
      this.failures = 0;
      return worked;
    } catch (error) {
      this.failures += 1;
      if (this.failures === 1) this.logger.warn('Events of vendors are waiting', { error });
      return false;
    }
  }

  private pause(milliseconds: number): Promise<void> {
    if (this.stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
