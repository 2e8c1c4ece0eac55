import type { MessageChannel, MessageTemplate } from '@restartix/contracts';

/** A message on its way out. */
export interface OutgoingMessage {
  /** The same at every attempt: what a vendor is given as its idempotency key. */
  id: string;
  organizationId: number;
  channel: MessageChannel;
  template: MessageTemplate;
  recipient: { userId: string } | { patientId: string };
  /** What the template needs, opened only by who carries it further. */
  open(): Promise<Record<string, string>>;
}

/** Carries messages to people. Throws when a message could not be handed over; it is tried again under the same id. */
export abstract class MessagingPort {
  abstract send(message: OutgoingMessage): Promise<void>;
}
