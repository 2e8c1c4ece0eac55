import { request, Agent } from 'node:http';
import { seeded } from '@restartix/testing';

/** Events a route declares, as "action resource patient". */
export type Expected = string[];

export interface Outcome {
  requestId: string;
  /** Null when no answer came; 500 and above when the platform could not. */
  status: number | null;
  /** What the trail must hold when it was answered; for an unanswered request all of it or nothing. */
  kind: 'view' | 'search' | 'update' | 'create';
  patients: string[];
  /** Patients that existed before the load. */
  initialPatients: string[];
}

interface Clinic {
  tokens: { specialist: string };
  patients: string[];
}

interface Answer {
  status: number;
  body: { data?: { id: string } | { id: string }[] };
}

/** Whether the platform answered for it. */
export const isAcknowledged = ({ status }: Outcome): boolean => status !== null && status < 500;

const IN_CARE = 10;
const RETRY_MS = 50;

/** Audited requests of two organizations' specialists: reads, searches, changes, new patients, in a seeded mix. */
export class Load {
  private readonly random: () => number;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private sent = 0;
  /** Requests that were not acknowledged so far. */
  refused = 0;

  constructor(
    private readonly coreApi: string,
    private readonly clinics: readonly Clinic[],
    seed: number,
  ) {
    this.random = seeded(seed);
  }

  /** Sends until so many were acknowledged, and goes on `while` it is told to; a request that was not is sent anew. */
  async run(o: {
    requests: number;
    inFlight: number;
    onAnswered: (count: number) => void;
    while?: () => boolean;
  }): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    let answered = 0;
    let claimed = 0;
    const worker = async () => {
      while (claimed < o.requests || o.while?.()) {
        claimed += 1;
        for (;;) {
          const outcome = await this.one();
          outcomes.push(outcome);
          if (isAcknowledged(outcome)) break;
          this.refused += 1;
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
        answered += 1;
        o.onAnswered(answered);
      }
    };
    await Promise.all(Array.from({ length: o.inFlight }, worker));
    this.agent.destroy();
    return outcomes;
  }

  private async one(): Promise<Outcome> {
    this.sent += 1;
    const requestId = `crash-${this.sent}`;
    const clinic = this.clinics[this.sent % this.clinics.length] as Clinic;
    const initialPatients = clinic.patients;
    const patient = clinic.patients[Math.floor(this.random() * IN_CARE)] as string;
    const draw = this.random();
    const plan =
      draw < 0.6
        ? this.view(patient)
        : draw < 0.85
          ? this.update(patient)
          : draw < 0.95
            ? this.search()
            : this.create();
    const answer = await this.send(
      plan.method,
      plan.path,
      clinic.tokens.specialist,
      requestId,
      plan.body,
    ).catch(() => null);
    const shown = answer?.body.data ? [answer.body.data].flat().map(({ id }) => id) : plan.patients;
    return { requestId, status: answer?.status ?? null, kind: plan.kind, patients: shown, initialPatients };
  }

  private view(id: string) {
    return {
      kind: 'view' as const,
      method: 'GET',
      path: `/v1/patients/${id}`,
      patients: [id],
      body: undefined,
    };
  }

  private update(id: string) {
    const body = { phone: `+407${String(Math.floor(this.random() * 1e8)).padStart(8, '0')}` };
    return { kind: 'update' as const, method: 'PATCH', path: `/v1/patients/${id}`, patients: [id], body };
  }

  private search() {
    return {
      kind: 'search' as const,
      method: 'GET',
      path: '/v1/patients?page_size=5&sort=created_at',
      patients: [],
      body: undefined,
    };
  }

  private create() {
    const body = { first_name: 'Nou', last_name: 'Venit' };
    return { kind: 'create' as const, method: 'POST', path: '/v1/patients', patients: [], body };
  }

  private send(
    method: string,
    path: string,
    token: string,
    requestId: string,
    body?: object,
  ): Promise<Answer> {
    const payload = body && JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.coreApi}${path}`,
        {
          method,
          agent: this.agent,
          headers: {
            authorization: `Bearer ${token}`,
            'x-request-id': requestId,
            ...(payload
              ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
              : {}),
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('error', reject);
          response.on('end', () => {
            if (!response.complete) reject(new Error('The answer broke off'));
            else resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] });
          });
        },
      );
      sent.on('error', reject);
      sent.end(payload);
    });
  }
}
