import { createHmac, randomUUID } from 'node:crypto';

/** An event as Clerk tells it. */
export interface ClerkEventOptions {
  /** Such as "organizationMembership.deleted". */
  type: string;
  data: Record<string, unknown>;
  /** When it happened; now when absent. */
  occurredAt?: Date;
  /** "msg_…": the same for every delivery of one event. */
  id?: string;
  /** When this delivery is signed; now when absent. */
  signedAt?: Date;
}

export interface SignedWebhook {
  headers: Record<string, string>;
  body: string;
}

const MILLISECONDS = 1000;

/** Signs an event as Clerk does: Standard Webhooks, version 1, under the header names of Svix. */
export function signClerkWebhook(secret: string, options: ClerkEventOptions): SignedWebhook {
  const { type, data, id = `msg_${randomUUID().replaceAll('-', '')}` } = options;
  const { occurredAt = new Date(), signedAt = new Date() } = options;
  const body = JSON.stringify({
    data,
    event_attributes: { http_request: { client_ip: '198.51.100.30', user_agent: 'ClerkLab/1' } },
    object: 'event',
    timestamp: occurredAt.getTime(),
    type,
  });
  const timestamp = String(Math.floor(signedAt.getTime() / MILLISECONDS));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': timestamp,
      'svix-signature': `v1,${signature}`,
    },
    body,
  };
}
