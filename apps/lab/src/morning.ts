import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type {
  Appointment,
  AppointmentType,
  Hold,
  Me,
  MemberRole,
  PublicBooking,
  Timeslot,
} from '@restartix/contracts';
import { workspaceRoot } from '@restartix/embedded';
import { LabFolder } from './state/lab-folder';
import type { LabFile } from './state/lab-file';

const LAB_FILE = 'lab.json';
const DAYS_AHEAD = 3;

/** What the API answered, whether it liked the request or not. */
interface Answer<T> {
  status: number;
  data: T;
  alternatives: Timeslot[];
}

/** A morning of the first demo clinic: two patients, one specialist, one desk. Prints its story as it happens. */
class Morning {
  constructor(
    private readonly coreApi: string,
    private readonly clinic: LabFile['organizations'][number],
  ) {}

  async tell(): Promise<void> {
    const [type] = (await this.as('assistant', 'GET', '/v1/appointment-types')).data as [AppointmentType];
    const slot = await this.freeTime(type.id);
    this.say(`${this.clinic.name} offers “${type.title}”. The next free time is ${slot.starts_at}.`);

    const client_id = randomUUID();
    const wish = {
      appointment_type_id: type.id,
      starts_at: slot.starts_at,
      specialist_id: slot.specialist_id,
    };
    const hold = await this.as<Hold>(null, 'POST', '/v1/holds', { ...wish, client_id });
    this.say(`A stranger on the clinic's page holds it until ${hold.data.expires_at}, and types a name.`);

    const late = await this.as(null, 'POST', '/v1/holds', { ...wish, client_id: randomUUID() });
    this.say(
      `Somebody else wants the same time: ${late.status}, but ${late.alternatives[0]?.starts_at} is free.`,
    );

    const contact = { name: 'Nora Nouveau', email: `nora.${Date.now()}@stranger.example` };
    const path = `/v1/appointment-types/${type.id}/book`;
    const booked = await this.as<PublicBooking>(null, 'POST', path, {
      hold_id: hold.data.id,
      client_id,
      contact,
    });
    this.say(`The stranger books: ${booked.status}, ${booked.data.status}. No account, no record yet.`);

    const patient = { first_name: 'Nora', last_name: 'Nouveau' };
    const first = await this.step(booked.data.id, 'assistant', 'POST', 'onboard', { patient });
    this.say(
      `The desk makes her a patient in one step: ${first.status}; the specialist may see her record from now on.`,
    );

    const { specialist_id } = (await this.as<Me>('specialist', 'GET', '/v1/me')).data;
    const own = await this.as<Appointment>('patient', 'POST', '/v1/appointments', {
      appointment_type_id: type.id,
      starts_at: (await this.freeTime(type.id, specialist_id)).starts_at,
      specialist_id,
      reason: 'Knee',
    });
    this.say(`A patient books the next time, ${own.data.starts_at}, in the app: ${own.data.status}.`);
    await this.step(own.data.id, 'patient', 'PUT', 'status', { status: 'confirmed' });
    await this.step(own.data.id, 'assistant', 'PUT', 'status', { status: 'checked_in' });
    await this.step(own.data.id, 'specialist', 'PUT', 'status', { status: 'inprogress' });
    const done = await this.step(own.data.id, 'specialist', 'PUT', 'status', { status: 'done' });
    this.say(`Confirmed by the patient, checked in by the desk, seen by the specialist: ${done.status}.`);
    const rated = await this.step(own.data.id, 'patient', 'POST', 'rating', { rating: 5 });
    this.say(`The patient gives ${rated.rating} of 5.`);

    const cancelled = await this.step(first.id, 'assistant', 'PUT', 'cancel', { reason: 'patient_request' });
    this.say(
      `Nora calls and cancels: ${cancelled.status}. Her care by appointment ends with it, her time is free again.`,
    );
    const history = await this.as<unknown[]>('compliance', 'GET', `/v1/appointments/${own.data.id}/history`);
    this.say(`Compliance reads every step of the other visit: ${history.data.length} of them.`);
  }

  /** The next time somebody has free, or the given specialist. */
  private async freeTime(typeId: string, specialistId?: string | null): Promise<Timeslot> {
    const from = new Date(Date.now() + DAYS_AHEAD * 86_400_000).toISOString();
    const path = `/v1/appointment-types/${typeId}/timeslots?from=${from}`;
    const offered = (await this.as<Timeslot[]>(null, 'GET', path)).data;
    const slot = offered.find(({ specialist_id }) => !specialistId || specialist_id === specialistId);
    if (!slot) throw new Error('There is no free time in the two weeks to come');
    return slot;
  }

  private async step(
    id: string,
    role: MemberRole,
    method: string,
    what: string,
    body: object,
  ): Promise<Appointment> {
    const answer = await this.as<Appointment>(role, method, `/v1/appointments/${id}/${what}`, body);
    if (answer.status !== 200) throw new Error(`${method} …/${what} answered ${answer.status}`);
    return answer.data;
  }

  private async as<T>(
    role: MemberRole | null,
    method: string,
    path: string,
    body?: object,
  ): Promise<Answer<T>> {
    const answer = await fetch(`${this.coreApi}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(role ? { authorization: `Bearer ${this.clinic.tokens[role]}` } : {}),
      },
      body: body && JSON.stringify(body),
    });
    const said = (await answer.json()) as { data: T; alternatives?: Timeslot[] };
    return { status: answer.status, data: said.data, alternatives: said.alternatives ?? [] };
  }

  private say(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}

async function main(): Promise<void> {
  const lab = new LabFolder(join(workspaceRoot(), '.lab')).read<LabFile>(LAB_FILE);
  const [clinic] = lab?.organizations ?? [];
  if (!lab?.ready || !clinic) throw new Error('There is no running lab; run: npm start');
  await new Morning(lab.coreApi, clinic).tell();
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
