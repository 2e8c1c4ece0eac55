import { verifyWebhook } from '@clerk/backend/webhooks';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@restartix/errors';
import type { CoreConfig } from '../../core.config';
import { CORE_CONFIG } from '../../platform/tokens';
import { ClerkWebhookVerifier, type ClerkEvent, type SignedMessage } from './clerk-webhook.port';

const HEADERS = ['svix-id', 'svix-timestamp', 'svix-signature'] as const;
/** What the package says of a timestamp; it has no code for it. */
const OUTSIDE_WINDOW = /Message timestamp too (old|new)/;

/** Clerk's webhooks: Standard Webhooks under Svix's header names, five minutes either way. */
@Injectable()
export class ClerkWebhookAdapter extends ClerkWebhookVerifier {
  constructor(@Inject(CORE_CONFIG) private readonly config: CoreConfig) {
    super();
  }

  async verify({ headers, body }: SignedMessage): Promise<ClerkEvent> {
    const signed = new Headers(
      HEADERS.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])),
    );
    const message = { method: 'POST', headers: signed, body: new Uint8Array(body) };
    try {
      const signingSecret = this.config.CLERK_WEBHOOK_SECRET.reveal();
      await verifyWebhook(new Request('http://webhook.invalid', message), { signingSecret });
    } catch (error) {
      const isLate = OUTSIDE_WINDOW.test((error as Error).message);
      throw new DomainError(isLate ? 'webhook_outside_window' : 'webhook_signature_invalid');
    }
    const told = JSON.parse(body.toString('utf8')) as Told;
    const { type, data, timestamp = Number(signed.get('svix-timestamp')) * 1000 } = told;
    const client = clientOf(told);
    return { id: signed.get('svix-id') ?? '', type, data, occurredAt: new Date(timestamp), client };
  }
}

function clientOf({ event_attributes }: Told): ClerkEvent['client'] {
  const { client_ip, user_agent } = event_attributes?.http_request ?? {};
  return { address: client_ip || null, userAgent: user_agent || null };
}

/** The message as Clerk writes it; `timestamp` in milliseconds. */
interface Told {
  type: string;
  data: Record<string, unknown>;
  timestamp?: number;
  event_attributes?: { http_request?: { client_ip?: string; user_agent?: string } };
}
