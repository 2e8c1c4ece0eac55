import type { IncomingHttpHeaders } from 'node:http';

export interface SignedMessage {
  headers: IncomingHttpHeaders;
  /** The bytes that were signed. */
  body: Buffer;
}

/** An event as Clerk told it. */
export interface ClerkEvent {
  id: string;
  type: string;
  data: Record<string, unknown>;
  occurredAt: Date;
  /** Where the user was who caused it, as far as Clerk says. */
  client: { address: string | null; userAgent: string | null };
}

/** Proves that a message is Clerk's. Throws webhook_signature_invalid or webhook_outside_window. */
export abstract class ClerkWebhookVerifier {
  abstract verify(message: SignedMessage): Promise<ClerkEvent>;
}
