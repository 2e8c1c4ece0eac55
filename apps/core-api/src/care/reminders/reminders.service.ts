import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, createContext, runInContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { v7 as uuidv7 } from 'uuid';
import { MessagingService } from '../../outreach/messaging/messaging.service';
import { BackgroundRounds } from '../../platform/rounds';
import { REMINDERS, RemindersRepository } from './reminders.repository';
import { organizationIds } from '../../platform/organization-ids.repository';

const PAUSE_MS = 15_000;

/**
 * Reminds patients a day and an hour before a visit, once each, in any number of processes: the flag and the message
 * are one unit of work, and a message has one key.
 */
@Injectable()
export class RemindersService implements OnApplicationBootstrap {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: RemindersRepository,
    private readonly messages: MessagingService,
    private readonly clock: Clock,
    private readonly rounds: BackgroundRounds,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.begin(() => this.sendDue(), { pauseMs: PAUSE_MS, onFailure: 'Reminders wait' });
  }

  /** Sends what is due in every organization; answers how many. */
  sendDue(): Promise<number> {
    return runInContext(createContext({ requestId: uuidv7() }), async () => {
      const organizations = await this.uow.asSystem('reminders that are due', null, () =>
        organizationIds(this.uow),
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
}
