import { randomUUID } from 'node:crypto';
import { personOf, type Platform } from '@restartix/testing';
import { caller } from '../../../core-api/test/api';
import {
  exampleOf,
  refusalOf,
  USES,
  withThings,
  type Things,
} from '../../../core-api/test/generated/examples';
import type { Door } from '../../../core-api/test/generated/inventory';
import type { Operation } from '../../src/fuzz/document';
import type { MakeReady, Ready } from '../../src/redaction/driver';

export { USES };

const NAMES = ['first', 'second'];
const AHEAD_MS = 4 * 86_400_000;

/** A route of the OpenAPI document as the inventory writes it. */
const doorOf = ({ route, isPublic }: Operation): Door => ({
  route: route.replace(/\{(\w+)\}/g, ':$1'),
  access: isPublic ? 'public' : 'authenticated',
  events: [],
});

/** Whether the example of a route is a refusal, because what the route takes is good once. */
export const isTakenOnce = (operation: Operation): boolean => refusalOf(doorOf(operation)) !== undefined;

/** What a stranger does: each step needs what the one before it was given. */
class Stranger {
  readonly #asked;

  constructor(
    platform: Platform,
    private readonly things: Things,
  ) {
    this.#asked = caller(platform);
  }

  private get page(): string {
    return `/v1/appointment-types/${this.things.appointmentType}`;
  }

  async claim(client_id: string = randomUUID()): Promise<object> {
    const from = new Date(Date.now() + AHEAD_MS).toISOString();
    const { body } = await this.#asked.get(`${this.page}/timeslots?from=${from}`).expect(200);
    const slots = (body as { data: { starts_at: string }[] }).data;
    const slot = slots[Math.floor(Math.random() * slots.length)];
    return { appointment_type_id: this.things.appointmentType, starts_at: slot?.starts_at, client_id };
  }

  async book(): Promise<Omit<Ready, 'caller'>> {
    const client_id = randomUUID();
    const { body } = await this.#asked.post('/v1/holds', await this.claim(client_id)).expect(201);
    const contact = { name: 'Ready Stranger', email: 'ready@stranger.example', phone: '+40721234567' };
    const hold_id = (body as { data: { id: string } }).data.id;
    return { target: `${this.page}/book`, body: { hold_id, client_id, contact } };
  }

  release(): Omit<Ready, 'caller'> {
    return {
      target: '/v1/holds/release-all',
      body: { appointment_type_id: this.things.appointmentType, client_id: randomUUID() },
    };
  }
}

/** A player's doors: opened by a session's own token. */
async function withSessionToken(
  platform: Platform,
  things: Things,
  target: string,
  item: object,
): Promise<Omit<Ready, 'caller'>> {
  const patient = caller(platform, platform.token(personOf(things, 'patient'))); // their other sessions may be ended
  const begun = await patient.post('/v1/exercise-sessions', {}).expect(201);
  const session = (begun.body as { data: { id: string; telemetry: { token: string } } }).data;
  return {
    target,
    headers: { authorization: `Bearer ${session.telemetry.token}` },
    body: { organization_id: things.id, session_id: session.id, ...item },
  };
}

/** The requests of routes that have no example: those of strangers and players. */
const OTHERS: Readonly<
  Record<string, (platform: Platform, things: Things) => Promise<Omit<Ready, 'caller'>>>
> = {
  'POST /v1/holds': async (platform, things) => ({
    target: '/v1/holds',
    body: await new Stranger(platform, things).claim(),
  }),
  'POST /v1/holds/release-all': async (platform, things) => new Stranger(platform, things).release(),
  'POST /v1/appointment-types/{id}/book': (platform, things) => new Stranger(platform, things).book(),
  'POST /v1/telemetry/media/events': (platform, things) =>
    withSessionToken(platform, things, '/v1/telemetry/media/events', {
      events: [{ event: 'play', media_id: randomUUID(), timestamp: new Date().toISOString(), data: {} }],
    }),
  'POST /v1/telemetry/pose/frames': (platform, things) =>
    withSessionToken(platform, things, '/v1/telemetry/pose/frames', {
      batches: [
        {
          ...{ batch_seq: 0, started_at: new Date().toISOString(), landmark_count: 1, value_count: 2 },
          frames: [{ offset_ms: 0, landmarks: [0.5, 0.25] }],
        },
      ],
    }),
};

/** Makes requests that succeed, of the examples of the generated specs, and of strangers and players. */
export async function readyRequests(platform: Platform): Promise<MakeReady> {
  const organizations = await Promise.all(platform.organizations.map((each) => withThings(platform, each)));
  return async (operation, organization) => {
    const things = organizations[organization];
    if (!things) return undefined;
    const other = OTHERS[operation.route];
    const name = NAMES[organization] ?? '';
    if (other) return { caller: `${name}_patient`, ...(await other(platform, things)) };
    if (operation.isPublic) return undefined;
    const { role, path, body } = exampleOf(doorOf(operation), things);
    return body && { caller: `${name}_${role}`, target: path, body };
  };
}
