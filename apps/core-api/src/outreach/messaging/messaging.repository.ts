import { Injectable } from '@nestjs/common';
import type { MessageChannel, MessageTemplate } from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';

export interface MessageRow {
  organization_id: number;
  id: string;
  template: MessageTemplate;
  channel: MessageChannel;
  recipient_user_id: string | null;
  recipient_patient_id: string | null;
  data: string;
  /** Key of `data`. */
  wrapped_key: string | null;
  dedupe_key: string;
  /** Null is at once. */
  not_before: Date | null;
}

/** A message that is due; nobody else takes it before its lease ends. */
export interface DueMessage {
  organization_id: number;
  message_id: string;
  attempts: number;
}

@Injectable()
export class MessagingRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Puts a message into the open unit; nothing when the organization already has one of this key. */
  async insert(message: MessageRow): Promise<void> {
    await this.uow.sql.query(
      `insert into messages (organization_id, id, template, channel, recipient_user_id, recipient_patient_id, data,
                             wrapped_key, dedupe_key, not_before)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, now())) on conflict do nothing`,
      [
        message.organization_id,
        message.id,
        message.template,
        message.channel,
        message.recipient_user_id,
        message.recipient_patient_id,
        message.data,
        message.wrapped_key,
        message.dedupe_key,
        message.not_before,
      ],
    );
  }

  /** Takes up to `limit` due messages for `leaseSeconds`; who dies with one loses it to the next. */
  take(limit: number, leaseSeconds: number): Promise<DueMessage[]> {
    return this.uow.sql.query<DueMessage>(
      `update message_dispatches d
          set attempts = d.attempts + 1, due_at = now() + make_interval(secs => $2)
        where d.message_id in (select message_id from message_dispatches where due_at <= now()
                                order by due_at limit $1 for update skip locked)
       returning d.organization_id, d.message_id, d.attempts`,
      [limit, leaseSeconds],
    );
  }

  async find(id: string): Promise<MessageRow | undefined> {
    const [row] = await this.uow.sql.query<MessageRow>(
      `select organization_id, id, template, channel, recipient_user_id, recipient_patient_id, data, wrapped_key
         from messages where id = $1 and status = 'waiting'`,
      [id],
    );
    return row;
  }

  /** Ends a message's wait. */
  async finish(id: string, status: 'sent' | 'failed'): Promise<void> {
    await this.uow.sql.query(
      `update messages set status = $2, sent_at = case when $2 = 'sent' then now() end where id = $1`,
      [id, status],
    );
    await this.uow.sql.query('delete from message_dispatches where message_id = $1', [id]);
  }

  async postpone(id: string, seconds: number): Promise<void> {
    await this.uow.sql.query(
      'update message_dispatches set due_at = now() + make_interval(secs => $2) where message_id = $1',
      [id, seconds],
    );
  }
}
