import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { createContext, runInContext } from '@restartix/context';
import { UnitOfWork } from '@restartix/database';
import { KeyRing } from '@restartix/keys';
import { PlatformLogger } from '@restartix/logging';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { openUnderRow } from '../../platform/row-key';
import { CORE_CONFIG } from '../../platform/tokens';
import { MessagingPort, type OutgoingMessage } from './messaging.port';
import { MessagingRepository, type DueMessage, type MessageRow } from './messaging.repository';

const POLL_MS = 500;
const BATCH = 50;
/** Far longer than one attempt takes; who dies with a message loses it to another after this. */
const LEASE_SECONDS = 60;
const MOST_ATTEMPTS = 10;
const FIRST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 3600;

/**
 * Sends what is due, in any number of processes: a message is one process's until its lease ends, and is given up after
 * ten attempts. Each attempt carries the message's id, by which a vendor knows it again.
 */
@Injectable()
export class MessageDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: MessagingRepository,
    private readonly port: MessagingPort,
    private readonly keys: KeyRing,
    private readonly logger: PlatformLogger,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.OUTBOX_RELAY) this.soon(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private soon(ms: number): void {
    if (this.stopping) return;
    this.timer = setTimeout(() => {
      this.round = this.sendDue().then((taken) => this.soon(taken === BATCH ? 0 : POLL_MS));
    }, ms);
  }

  /** One batch; answers how many were taken. A failure is reported, never thrown. */
  private async sendDue(): Promise<number> {
    const context = createContext({ requestId: uuidv7() });
    try {
      return await runInContext(context, async () => {
        const due = await this.uow.asSystem('messages that are due', null, () =>
          this.repository.take(BATCH, LEASE_SECONDS),
        );
        for (const message of due) await this.sendOne(message);
        return due.length;
      });
    } catch (error) {
      this.logger.warn('Messages wait', { error });
      return 0;
    }
  }

  private async sendOne({ organization_id, message_id, attempts }: DueMessage): Promise<void> {
    const inUnit = <T>(work: () => Promise<T>) => this.uow.asSystem('send a message', organization_id, work);
    const row = await inUnit(() => this.repository.find(message_id));
    try {
      if (row) await this.port.send(this.outgoing(row));
    } catch (error) {
      const isLast = attempts >= MOST_ATTEMPTS;
      const facts = { message_id, attempts, error };
      if (!isLast) this.logger.warn('A message could not be sent and is tried again', facts);
      else this.logger.error('A message was given up', facts);
      const pause = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS ** attempts);
      await inUnit(() =>
        isLast ? this.repository.finish(message_id, 'failed') : this.repository.postpone(message_id, pause),
      );
      return;
    }
    await inUnit(() => this.repository.finish(message_id, 'sent'));
  }

  private outgoing(row: MessageRow): OutgoingMessage {
    const { organization_id: organizationId, id, template, channel } = row;
    return {
      id,
      organizationId,
      channel,
      template,
      recipient: row.recipient_user_id
        ? { userId: row.recipient_user_id }
        : { patientId: String(row.recipient_patient_id) },
      open: async () => {
        const plain = await openUnderRow(this.keys, 'messages', row, 'data', row.data);
        return JSON.parse(plain) as Record<string, string>;
      },
    };
  }
}
