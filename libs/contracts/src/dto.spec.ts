import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import {
  AuditLogQuery,
  CreatePatientRequest,
  OrganizationListQuery,
  PatientListQuery,
  PatientSearchRequest,
  TrackedEvent,
  TrackEventsRequest,
  UpdateOrganizationRequest,
  UpdatePatientRequest,
} from './index';

type Dto = new () => object;

function paths(errors: ValidationError[], parent = ''): string[] {
  return errors.flatMap(({ property, constraints, children }) => [
    ...(constraints ? [`${parent}${property}`] : []),
    ...paths(children ?? [], `${parent}${property}.`),
  ]);
}

/** Faulty fields of a body or query; empty when it is in order. */
const faults = (dto: Dto, given: object): string[] =>
  paths(validateSync(plainToInstance(dto, given), { whitelist: true, forbidNonWhitelisted: true }));

const read = <T extends object>(dto: new () => T, given: object): T => {
  expect(faults(dto, given)).toEqual([]);
  return plainToInstance(dto, given);
};

const NAME = { first_name: 'Maria', last_name: 'Ionescu' };

describe('CreatePatientRequest', () => {
  it('takes a name alone, and everything there is', () => {
    expect(faults(CreatePatientRequest, NAME)).toEqual([]);
    const all = {
      ...NAME,
      date_of_birth: '1984-02-29',
      email: 'maria@example.org',
      phone: '+40721234567',
      external_ehr_id: 'MRN-17',
      address: { line1: 'Str. Lungă 1', line2: null, city: 'Brașov', state: 'BV', zip: '500001' },
      insurance: { provider: 'CNAS', member_id: '1', group_number: null },
      recording_consent: true,
    };
    expect(faults(CreatePatientRequest, all)).toEqual([]);
  });

  it('takes null for every field that null clears', () => {
    const cleared = { date_of_birth: null, email: null, phone: null, external_ehr_id: null };
    expect(faults(CreatePatientRequest, { ...NAME, ...cleared, address: { city: null } })).toEqual([]);
  });

  it('names every fault of a body, nested ones by their path', () => {
    const body = { first_name: '', phone: '0721', address: { city: 5, planet: 'x' }, organization_id: 2 };
    expect(faults(CreatePatientRequest, body).sort()).toEqual([
      'address.city',
      'address.planet',
      'first_name',
      'last_name',
      'organization_id',
      'phone',
    ]);
  });

  it.each<[string, unknown]>([
    ['first_name', null],
    ['first_name', 1],
    ['first_name', ['Maria']],
    ['first_name', { toString: 'x' }],
    ['first_name', 'a'.repeat(101)],
    ['last_name', 'a\u0000b'],
    ['last_name', '\ud83d'],
    ['date_of_birth', '2023-02-29'],
    ['date_of_birth', '2023-02-28T00:00:00Z'],
    ['date_of_birth', '0000-01-01'],
    ['date_of_birth', 20230228],
    ['email', ''],
    ['email', 'maria'],
    ['email', `${'a'.repeat(250)}@example.org`],
    ['phone', '40721234567'],
    ['phone', '+0721234567'],
    ['phone', '+40 721 234 567'],
    ['phone', '+40721234567\n'],
    ['address', null],
    ['address', 'Str. Lungă 1'],
    ['address', []],
    ['address', [{ city: 'Brașov' }]],
    ['insurance', [[]]],
    ['recording_consent', null],
    ['recording_consent', 'true'],
    ['recording_consent', 1],
    ['patient_person_id', '0192f3a1-1234-7123-8123-123456789012'],
    ['id', '0192f3a1-1234-7123-8123-123456789012'],
  ])('refuses %s: %j', (field, value) => {
    expect(faults(CreatePatientRequest, { ...NAME, [field]: value })).toEqual([field]);
  });
});

describe('changes', () => {
  it('may leave out any field', () => {
    expect(faults(UpdatePatientRequest, {})).toEqual([]);
    expect(faults(UpdatePatientRequest, { phone: null })).toEqual([]);
    expect(faults(UpdateOrganizationRequest, { tagline: null })).toEqual([]);
  });

  it('may not clear what a record must have', () => {
    expect(
      faults(UpdatePatientRequest, { first_name: null, last_name: null, recording_consent: null }),
    ).toEqual(['first_name', 'last_name', 'recording_consent']);
    expect(faults(UpdateOrganizationRequest, { name: null })).toEqual(['name']);
  });

  it('follow the rules of creation', () => {
    expect(faults(UpdatePatientRequest, { phone: '0721', address: [] })).toEqual(['phone', 'address']);
    const organization = { name: '', email: 'x', website: 'http://example.org', slug: 'x' };
    expect(faults(UpdateOrganizationRequest, organization).sort()).toEqual([
      'email',
      'name',
      'slug',
      'website',
    ]);
  });
});

describe('PatientSearchRequest', () => {
  it.each(['email', 'phone', 'external_ehr_id', 'last_name', 'date_of_birth', 'page', 'page_size'])(
    'refuses null for %s',
    (field) => expect(faults(PatientSearchRequest, { [field]: null })).toEqual([field]),
  );
});

describe('AuditLogQuery', () => {
  const USER = '0192f3a1-1234-7123-8123-123456789012';

  it('reads every filter from the text of a query', () => {
    const query = {
      user_id: USER,
      patient_id: USER,
      resource_type: 'care_relationship',
      resource_id: 'a.b:c-1',
      action: 'break_glass',
      success: 'false',
      request_id: 'r-1',
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-02T00:00:00+02:00',
      page_size: '100',
      cursor: 'x',
    };
    expect(read(AuditLogQuery, query)).toMatchObject({
      success: false,
      page_size: 100,
      action: 'break_glass',
    });
  });

  it('shows 25 events when not told otherwise', () => {
    expect(read(AuditLogQuery, {}).page_size).toBe(25);
    expect(read(AuditLogQuery, { success: 'true' }).success).toBe(true);
  });

  it.each([
    ['user_id', '1'],
    ['user_id', `${USER}' or 1=1--`],
    ['patient_id', ''],
    ['resource_type', "patient'--"],
    ['resource_type', 'Patient'],
    ['resource_type', 'a'.repeat(65)],
    ['resource_id', 'a b'],
    ['resource_id', 'a\n'],
    ['action', 'peek'],
    ['action', ['view']],
    ['success', 'maybe'],
    ['success', '1'],
    ['request_id', 'a/b'],
    ['from', 'yesterday'],
    ['from', '2026-01-01'],
    ['from', '2026-01-01T00:00:00'],
    ['from', '2026-W01-1T00:00:00Z'],
    ['to', '9999-12-31T23:59:59-14:00'],
    ['page_size', '0'],
    ['page_size', '101'],
    ['page_size', '1.5'],
    ['page_size', 'many'],
    ['cursor', 'a'.repeat(513)],
    ['organization_id', '2'],
  ])('refuses %s=%j', (field, value) => {
    expect(faults(AuditLogQuery, { [field]: value })).toEqual([field]);
  });
});

describe('list queries', () => {
  it.each(['5', true, [5], null, 1.5, 0])('take no page of %j in a body', (page) => {
    expect(faults(PatientSearchRequest, { last_name: 'Ionescu', page })).toEqual(['page']);
  });

  it.each(['0x10', '1e2', ' 5', '', 'true'])('take no page of "%s" in a query', (page) => {
    expect(faults(PatientListQuery, { page })).toEqual(['page']);
  });

  it('begin with the first page of 25 in their order', () => {
    expect(read(PatientListQuery, {})).toEqual({ page: 1, page_size: 25, sort: '-created_at' });
    expect(read(OrganizationListQuery, { page: '2' })).toEqual({ page: 2, page_size: 25, sort: 'name' });
  });

  it.each([
    ['page', '0'],
    ['page', '100001'],
    ['page', '1e9'],
    ['page_size', '-1'],
    ['sort', 'first_name'],
    ['sort', 'created_at; drop table patients'],
    ['sort', 'constructor'],
    ['specialist_id', '1'],
    ['created_at.gte', '2026-W05-1'],
    ['created_at.lte', '2026'],
    ['name', 'Maria'],
  ])('refuse %s=%s', (field, value) => {
    expect(faults(PatientListQuery, { [field]: value })).toEqual([field]);
  });
});

describe('TrackEventsRequest', () => {
  const EVENT = { name: 'exercise.completed', timestamp: '2026-01-01T10:00:00Z' };

  it('takes one event and a hundred', () => {
    expect(faults(TrackEventsRequest, { events: [EVENT] })).toEqual([]);
    expect(faults(TrackEventsRequest, { events: Array(100).fill(EVENT) })).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['no list', undefined],
    ['an object instead of a list', { 0: EVENT }],
    ['an empty list', []],
    ['more than a hundred', Array(101).fill(EVENT)],
    ['null in the list', [null]],
    ['a text in the list', [EVENT, 'x']],
  ])('refuses %s', (_, events) => {
    expect(faults(TrackEventsRequest, { events })).toContain('events');
  });

  it('takes a single event with its properties', () => {
    const properties = { exercise: 'squat', repetitions: 12, assisted: false, screen: null };
    expect(faults(TrackedEvent, { ...EVENT, properties })).toEqual([]);
  });

  it.each<[string, object]>([
    ['name', { name: 'user_42.opened' }],
    ['name', { name: 'maria@example.org' }],
    ['name', { name: 'Exercise' }],
    ['name', { name: 'a..b' }],
    ['name', { name: `a.${'b'.repeat(64)}` }],
    ['name', { name: 5 }],
    ['properties', { properties: [] }],
    ['properties', { properties: 'x' }],
    ['properties', { properties: null }],
    ['timestamp', { timestamp: '2026-01-01' }],
    ['timestamp', { timestamp: 1_767_261_600_000 }],
    ['event_id', { event_id: 'x' }],
    ['user_id', { user_id: '0192f3a1-1234-7123-8123-123456789012' }],
    ['consent_level', { consent_level: 3 }],
  ])('refuses an event by its %s: %j', (field, wrong) => {
    expect(faults(TrackedEvent, { ...EVENT, ...wrong })).toEqual([field]);
  });
});
