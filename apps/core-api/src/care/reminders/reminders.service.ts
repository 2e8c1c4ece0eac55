import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock, createContext, runInContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { PlatformLogger } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { MessagingService } from '../../outreach/messaging/messaging.service';
import { CORE_CONFIG } from '../../platform/tokens';
import { REMINDERS, RemindersRepository } from './reminders.repository';

const PAUSE_MS = 15_000;

/**
 * Reminds patients a day and an hour before a visit, once each, in any number of processes: the flag and the message
 * are one unit of work, and a message has one key.
 */
@Injectable()
export class RemindersService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: RemindersRepository,
    private readonly messages: MessagingService,
    private readonly clock: Clock,
    private readonly logger: PlatformLogger,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.OUTBOX_RELAY) this.soon();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.round;
  }

  /** Sends what is due in every organization; answers how many. */
  sendDue(): Promise<number> {
    return runInContext(createContext({ requestId: uuidv7() }), async () => {
      const organizations = await this.uow.asSystem('reminders that are due', null, () =>
        this.repository.organizations(),
      );
      let sent = 0;
      for (const id of organizations) sent += await this.sendDueOf(id);
      return sent;
    });
  }

  private sendDueOf(organizationId: number): Promise<number> {
    const now = this.clock.now();
    return this.uow.asSystem('remind patients of visits', organizationId, async () => {
      let sent = 0;
      for (const reminder of REMINDERS) {
        for (const { id, patient_id, starts_at } of await this.repository.take(reminder, now)) {
          await this.messages.enqueue({
            ...{ template: 'appointment.reminder', channel: 'email', recipient: { patientId: patient_id } },
            ...{
              data: { appointment_id: id },
              dedupeKey: `reminder:${reminder.kind}:${id}:${starts_at.getTime()}`,
            },
          });
          sent += 1;
        }
      }
      return sent;
    });
  }

  private soon(): void {
    if (this.stopping) return;
    this.timer = setTimeout(() => {
      this.round = this.sendDue()
        .then(() => undefined)
        .catch((error: unknown) => this.logger.warn('Reminders wait', { error }))
        .then(() => this.soon());
    }, PAUSE_MS);
  }
}
