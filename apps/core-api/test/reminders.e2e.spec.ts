import type { Appointment, Timeslot } from '@restartix/contracts';
import { loadConfig } from '@restartix/config';
import { Database, UnitOfWork } from '@restartix/database';
import { createLogger } from '@restartix/logging';
import {
  developmentKeys,
  HOURS,
  serviceEnvironment,
  SpecClock,
  startPlatform,
  type Platform,
  type ProvisionedOrganization,
} from '@restartix/testing';
import { CareRepository } from '../src/access/care/care.repository';
import { CareService } from '../src/access/care/care.service';
import { CareEndsService } from '../src/care/appointments/care-ends.service';
import { RemindersRepository } from '../src/care/reminders/reminders.repository';
import { RemindersService } from '../src/care/reminders/reminders.service';
import { CORE_VARIABLES } from '../src/core.config';
import { SettingsRepository } from '../src/organizations/settings/settings.repository';
import { SettingsService } from '../src/organizations/settings/settings.service';
import { MessagingRepository } from '../src/outreach/messaging/messaging.repository';
import { MessagingService } from '../src/outreach/messaging/messaging.service';
import { createKeyRing } from '../src/platform/key-ring.factory';
import { BackgroundRounds } from '../src/platform/rounds';
import { caller } from './api';

/** Appointments by the API; reminders by two instances beside it, whose clock is moved. */
describe('by the clock, reminders', () => {
  const clock = new SpecClock();
  let platform: Platform;
  let clinic: ProvisionedOrganization;
  let slots: Timeslot[];
  let databases: Database[];
  let superuser: Database;
  /** An instance that remembers nothing: what it knows is in the database. */
  let instance: () => RemindersService;
  let careEnds: CareEndsService;

  beforeAll(async () => {
    platform = await startPlatform({ patients: 12 });
    clinic = platform.organizations[0]!;
    const open = (url: string) => new Database({ url, applicationName: 'spec', max: 4 });
    databases = [platform.urls.databaseUrl, platform.urls.systemUrl].map(open);
    const [requests, system] = databases as [Database, Database];
    await Promise.all(databases.map((database) => database.connect()));
    superuser = await platform.superuser('main');
    const places = { coreApiPort: 0, telemetryApiPort: 0 };
    const { coreApi } = serviceEnvironment(platform.urls, developmentKeys(), places);
    const config = loadConfig(CORE_VARIABLES, { ...coreApi, ENCRYPTION_KEY: platform.encryptionKey });
    const uow = new UnitOfWork(requests, system);
    const messages = new MessagingService(uow, new MessagingRepository(uow), createKeyRing(config, uow));
    const logger = createLogger({ level: 'error', format: 'json', service: 'spec' });
    const rounds = new BackgroundRounds(logger, config);
    instance = () => new RemindersService(uow, new RemindersRepository(uow), messages, clock, rounds);
    const care = new CareService(uow, new CareRepository(uow));
    careEnds = new CareEndsService(uow, care, new SettingsService(uow, new SettingsRepository(uow)));
    const [from, until] = [3, 60].map((days) => new Date(Date.now() + days * 24 * HOURS).toISOString());
    const path = `/v1/availability?appointment_type_id=${clinic.appointmentType}&from=${from}&until=${until}`;
    slots = (await desk(clinic).get(path).expect(200)).body.data as Timeslot[];
  }, 120_000);

  afterAll(async () => {
    await Promise.all([...(databases ?? []), superuser].map((database) => database?.close()));
    await platform?.stop();
  });

  const desk = ({ tokens }: ProvisionedOrganization) => caller(platform, tokens.assistant);
  /** Two days lie between one test's appointments and the next one's. */
  const nextTime = (): Date => {
    const slot = slots[0]!;
    const start = Date.parse(slot.starts_at);
    slots = slots.filter(({ starts_at }) => Date.parse(starts_at) > start + 48 * HOURS);
    return new Date(start);
  };

  async function book(
    organization: ProvisionedOrganization,
    startsAt: Date,
    who: object = { patient_id: organization.patients[1] },
  ): Promise<Appointment> {
    const [specialist_id, appointment_type_id] = [organization.specialists[0], organization.appointmentType];
    const body = { appointment_type_id, specialist_id, starts_at: startsAt.toISOString(), ...who };
    return (await desk(organization).post('/v1/appointments', body).expect(201)).body.data as Appointment;
  }

  /** Keys of what was written for an appointment: each begins with the kind of reminder. */
  async function sentFor({ id }: Appointment): Promise<string[]> {
    const rows = await superuser.query<{ dedupe_key: string }>(
      `select dedupe_key from messages where template = 'appointment.reminder' and dedupe_key like '%' || $1 || '%'
        order by created_at, dedupe_key`,
      [id],
    );
    return rows.map(({ dedupe_key }) => dedupe_key.split(':')[1]!);
  }

  const before = (startsAt: Date, milliseconds: number) =>
    clock.set(new Date(startsAt.getTime() - milliseconds));

  it('come a day and an hour before, once each, to the patient of the organization', async () => {
    const startsAt = nextTime();
    const mine = await book(clinic, startsAt);
    const other = await book(platform.organizations[1]!, startsAt);
    const service = instance();
    before(startsAt, 24 * HOURS + 1000);
    expect(await service.sendDue()).toBe(0);
    for (const [milliseconds, kinds] of [
      [24 * HOURS, ['24h']],
      [2 * HOURS, ['24h']],
      [1 * HOURS, ['24h', '1h']],
      [1, ['24h', '1h']],
      [-1, ['24h', '1h']],
    ] as const) {
      before(startsAt, milliseconds);
      await service.sendDue();
      await service.sendDue();
      expect([await sentFor(mine), await sentFor(other)]).toEqual([kinds, kinds]);
    }
    const recipients = await superuser.query<{ organization_id: number; recipient_patient_id: string }>(
      `select distinct organization_id, recipient_patient_id from messages where dedupe_key ~ $1 order by 1`,
      [`${mine.id}|${other.id}`],
    );
    expect(recipients).toEqual(
      platform.organizations.map(({ id, patients }) => ({
        ...{ organization_id: id, recipient_patient_id: patients[1] },
      })),
    );
  });

  it('come once although two instances look at once, and one that starts anew sends none again', async () => {
    const startsAt = nextTime();
    const booked: Appointment[] = [];
    for (let n = 0; n < 6; n += 1)
      booked.push(await book(clinic, new Date(startsAt.getTime() + n * 1_800_000)));
    before(startsAt, 21 * HOURS);
    const counts = await Promise.all(
      [instance(), instance(), instance(), instance()].map((one) => one.sendDue()),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(booked.length);
    expect(await instance().sendDue()).toBe(0);
    for (const one of booked) expect(await sentFor(one)).toEqual(['24h']);
  });

  it('come again for a time that was moved, and not for the one it was moved from', async () => {
    const [startsAt, later] = [nextTime(), nextTime()];
    const booked = await book(clinic, startsAt);
    before(startsAt, 23 * HOURS);
    expect(await instance().sendDue()).toBe(1);
    const body = { starts_at: later.toISOString() };
    await desk(clinic).to('put', `/v1/appointments/${booked.id}/reschedule`).send(body).expect(200);
    before(startsAt, 0.5 * HOURS);
    expect(await instance().sendDue()).toBe(0);
    for (const milliseconds of [24 * HOURS, 1 * HOURS]) {
      before(later, milliseconds);
      expect(await instance().sendDue()).toBe(1);
    }
    expect(await sentFor(booked)).toEqual(['24h', '24h', '1h']);
  });

  it('do not come for what was cancelled, has no patient, or was booked later than they would have come', async () => {
    const startsAt = nextTime();
    const cancelled = await book(clinic, startsAt);
    before(startsAt, 24 * HOURS);
    expect(await instance().sendDue()).toBe(1);
    const reason = { reason: 'patient_request' };
    await desk(clinic).to('put', `/v1/appointments/${cancelled.id}/cancel`).send(reason).expect(200);
    const contact = { name: 'Some Body', email: 'some.body@stranger.example' };
    const stranger = await book(clinic, new Date(startsAt.getTime() + HOURS), { contact });
    before(startsAt, 1 * HOURS);
    expect(await instance().sendDue()).toBe(0);
    const soon = new Date(Math.ceil(Date.now() / HOURS) * HOURS + 4 * HOURS);
    const late = await book(clinic, soon);
    for (const milliseconds of [3 * HOURS, 1 * HOURS]) {
      before(soon, milliseconds);
      await instance().sendDue();
    }
    expect([await sentFor(cancelled), await sentFor(stranger), await sentFor(late)]).toEqual([
      ['24h'],
      [],
      ['1h'],
    ]);
  });

  it('and the end of care: an appointment’s, so many days after the visit as the organization says', async () => {
    const patient_id = clinic.patients[11]!; // in the other specialist's care
    const specialist = caller(platform, clinic.tokens.specialist);
    const sees = () => specialist.get(`/v1/patients/${patient_id}`);
    await caller(platform, clinic.tokens.org_admin)
      .patch(`/v1/organizations/${clinic.id}/settings`, { care_days_after_visit: 10 })
      .expect(200);
    const { id, ends_at } = await book(clinic, nextTime(), { patient_id });
    const days = (count: number) => new Date(Date.parse(ends_at) + count * 24 * HOURS);
    await careEnds.closeDue(days(11));
    await sees().expect(200); // it is not held yet
    for (const status of ['confirmed', 'inprogress', 'done'])
      await specialist.to('put', `/v1/appointments/${id}/status`).send({ status }).expect(200);
    await careEnds.closeDue(days(9.9));
    await sees().expect(200);
    await careEnds.closeDue(days(10.1));
    await sees().expect(404);
    await specialist.get(`/v1/patients/${clinic.patients[1]}`).expect(200); // in care by assignment
  });
});
