import { Injectable } from '@nestjs/common';
import { requireContext } from '@restartix/context';
import {
  MESSAGE_TEMPLATES,
  type MessageChannel,
  type MessageData,
  type MessageTemplate,
} from '@restartix/contracts';
import { UnitOfWork } from '@restartix/database';
import { DomainError } from '@restartix/errors';
import { KeyRing } from '@restartix/keys';
import { v7 as uuidv7 } from 'uuid';
import { sealUnderRow } from '../../platform/row-key';
import { MessagingRepository } from './messaging.repository';

export interface NewMessage<T extends MessageTemplate> {
  template: T;
  recipient: { userId: string } | { patientId: string };
  channel: MessageChannel;
  data: MessageData<T>;
  /** One message per organization and key, however often it is asked for. No health data: it is stored as it is. */
  dedupeKey: string;
  /** At once when absent. */
  notBefore?: Date;
}

/** Messages to people: written in the unit of work that causes them, sent after it has committed. */
@Injectable()
export class MessagingService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: MessagingRepository,
    private readonly keys: KeyRing,
  ) {}

  /** Adds a message of the active organization to the open unit, or to one of its own. Never sends anything itself. */
  async enqueue<T extends MessageTemplate>(message: NewMessage<T>): Promise<void> {
    const { organizationId } = requireContext();
    if (organizationId === null) throw new DomainError('organization_required');
    assertFits(message.template, message.data);
    const id = uuidv7();
    const row = { organization_id: organizationId, id, wrapped_key: null };
    const sealed = await sealUnderRow(this.keys, 'messages', row, { data: JSON.stringify(message.data) });
    const { recipient } = message;
    await this.uow.run(() =>
      this.repository.insert({
        organization_id: organizationId,
        id,
        template: message.template,
        channel: message.channel,
        recipient_user_id: 'userId' in recipient ? recipient.userId : null,
        recipient_patient_id: 'patientId' in recipient ? recipient.patientId : null,
        ...sealed,
        dedupe_key: message.dedupeKey,
        not_before: message.notBefore ?? null,
      }),
    );
  }
}

function assertFits(template: MessageTemplate, data: object): void {
  const wanted = [...MESSAGE_TEMPLATES[template]].sort().join();
  const given = Object.keys(data).sort().join();
  if (wanted !== given)
    throw new Error(`The template ${template} needs ${wanted || 'nothing'}, not ${given}`);
}
