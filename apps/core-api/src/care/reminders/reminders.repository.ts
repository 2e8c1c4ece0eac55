import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@restartix/database';

/** Before a visit: which flag says that it was sent, and from when to when it may be. */
export const REMINDERS = [
  { kind: '24h', flag: 'reminder_24h_sent', before: '24 hours', until: '1 hour' },
  { kind: '1h', flag: 'reminder_1h_sent', before: '1 hour', until: '0' },
] as const;
export type Reminder = (typeof REMINDERS)[number];

export interface DueReminder {
  id: string;
  patient_id: string;
  starts_at: Date;
}

/** Reminders that are due; runs as system work. */
@Injectable()
export class RemindersRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Marks what is due as sent and answers it: whoever marks a row sends its message, in the same transaction. Somebody
   * who books later than a reminder would have come needs none.
   */
  take({ flag, before, until }: Reminder, now: Date): Promise<DueReminder[]> {
    return this.uow.sql.query<DueReminder>(
      `update appointments set ${flag} = true
        where not ${flag} and status in ('upcoming', 'confirmed') and patient_id is not null
          and starts_at <= $1::timestamptz + interval '${before}' and starts_at > $1::timestamptz + interval '${until}'
          and created_at <= starts_at - interval '${before}'
        returning id, patient_id, starts_at`,
      [now],
    );
  }
}
