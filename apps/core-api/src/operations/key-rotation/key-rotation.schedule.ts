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
import { KeyRotationService } from './key-rotation.service';

const HOUR_MS = 3_600_000;

/**
 * Rotates organizations' keys when they have reached their age, in the processes that do background work. Several may:
 * a version is made once, and an envelope is replaced only where it still stands.
 */
@Injectable()
export class KeyRotationSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: PlatformLogger;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly rotation: KeyRotationService,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
    logger: PlatformLogger,
  ) {
    this.logger = logger.child('key-rotation');
  }

  onApplicationBootstrap(): void {
    const { OUTBOX_RELAY: isWorker, KEY_ROTATION_ENABLED } = this.config;
    if (isWorker && KEY_ROTATION_ENABLED) this.timer = setInterval(() => void this.round(), HOUR_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** One look; a failure is reported and left to the next, which goes on where it stopped. */
  async round(): Promise<void> {
    try {
      const reports = await runInContext(createContext({ requestId: uuidv7() }), () =>
        this.rotation.rotate(this.config.KEY_ROTATION_DAYS),
      );
      const moved = reports.reduce((sum, report) => sum + report.moved, 0);
      if (moved > 0) this.logger.info('Keys were rotated', { moved });
    } catch (error) {
      this.logger.error('Keys could not be rotated', { error });
    }
  }
}
