import fc from 'fast-check';
import { bruteForceSlots, holds, wallClock } from './brute-force';
import { isHoliday, isHolidayCalendar } from '../../src/platform/holidays';
import { freeSlots, type BookableType, type SchedulingInputs } from '../../src/care/scheduling/slot-engine';
import { weekOf } from '../../src/care/scheduling/weekly-hours';
import { DAY, MINUTE, ZoneClock } from '../../src/care/scheduling/zone-clock';

const TYPE: BookableType = {
  clinic_id: null,
  duration_minutes: 30,
  step_minutes: 30,
  buffer_before_minutes: 0,
  buffer_after_minutes: 0,
  minimum_notice_minutes: 0,
  horizon_days: 60,
};
const at = (text: string) => Date.parse(text);
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

function inputs(change: Partial<SchedulingInputs> & { zone?: string } = {}): SchedulingInputs {
  const { zone = 'Europe/Bucharest', ...given } = change;
  return {
    type: TYPE,
    clinics: [],
    specialists: [{ id: 'a', timezone: zone }],
    hours: EVERY_DAY.map((day) => ['a', null, day, 9 * 60, 17 * 60] as const),
    overrides: [],
    busy: [],
    ...given,
  };
}

const slots = (given: SchedulingInputs, from: string, until: string, now = from) =>
  freeSlots(given, [at(from), at(until)], at(now), true)
    .map(
      ({ startsAt, specialistId, clinicId }) =>
        `${new Date(startsAt).toISOString()} ${specialistId} ${clinicId}`,
    )
    .sort();
const starts = (given: SchedulingInputs, from: string, until: string, now = from) =>
  slots(given, from, until, now).map((slot) => slot.slice(11, 16));

describe('free times', () => {
  it('are the hours of the day, at the place where the clock hangs', () => {
    expect(starts(inputs(), '2026-07-01T00:00Z', '2026-07-02T00:00Z')).toHaveLength(16);
    expect(starts(inputs(), '2026-07-01T00:00Z', '2026-07-02T00:00Z')[0]).toBe('06:00');
    expect(starts(inputs(), '2026-01-12T00:00Z', '2026-01-13T00:00Z')[0]).toBe('07:00');
  });

  it('keep notice and horizon', () => {
    const type = { ...TYPE, minimum_notice_minutes: 120, horizon_days: 1 };
    const found = slots(inputs({ type }), '2026-07-01T00:00Z', '2026-07-09T00:00Z', '2026-07-01T07:10Z');
    expect(found[0]).toMatch('2026-07-01T09:30:00.000Z');
    expect(found.at(-1)).toMatch('2026-07-02T07:00:00.000Z');
  });

  it('leave the buffers of both around what is taken, and may touch them', () => {
    const type = { ...TYPE, buffer_before_minutes: 10, buffer_after_minutes: 20, step_minutes: 10 };
    const busy = [['a', at('2026-07-01T10:00Z'), at('2026-07-01T11:00Z')]] as const;
    const found = starts(inputs({ type, busy }), '2026-07-01T00:00Z', '2026-07-02T00:00Z');
    expect(found).toContain('09:10'); // 09:40 and 20 minutes
    expect(found.filter((time) => time > '09:10' && time < '11:10')).toEqual([]);
    expect(found).toContain('11:10');
  });

  it('between two that are taken are there when they fit exactly', () => {
    const busy = [
      ['a', at('2026-07-01T09:00Z'), at('2026-07-01T09:30Z')],
      ['a', at('2026-07-01T10:00Z'), at('2026-07-01T10:30Z')],
    ] as const;
    expect(starts(inputs({ busy }), '2026-07-01T09:00Z', '2026-07-01T10:30Z')).toEqual(['09:30']);
  });

  it('are not there on a public holiday, unless somebody says that they work then', () => {
    const clinics = [{ id: 'c', timezone: 'Europe/Oslo', business_hours: {}, holiday_calendar: 'NO' }];
    const hours = EVERY_DAY.map((day) => ['a', 'c', day, 9 * 60, 17 * 60] as const);
    const given = inputs({ clinics, hours, type: { ...TYPE, clinic_id: 'c' } });
    expect(slots(given, '2026-05-16T22:00Z', '2026-05-17T22:00Z')).toEqual([]); // Constitution Day
    expect(slots(given, '2026-05-17T22:00Z', '2026-05-18T22:00Z')).toHaveLength(16);
    const overrides = [['a', 'c', true, at('2026-05-17T08:00Z'), at('2026-05-17T09:00Z')]] as const;
    expect(slots({ ...given, overrides }, '2026-05-16T22:00Z', '2026-05-17T22:00Z')).toHaveLength(2);
    expect([isHolidayCalendar('NO'), isHolidayCalendar('US-CA'), isHolidayCalendar('XX')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isHoliday('US', '2026-07-04')).toBe(true);
  });

  it('follow an exception in place of the weekly hours of its day', () => {
    const overrides = [['a', null, true, at('2026-07-01T15:00Z'), at('2026-07-01T16:00Z')]] as const;
    expect(starts(inputs({ overrides }), '2026-07-01T00:00Z', '2026-07-02T00:00Z')).toEqual([
      '15:00',
      '15:30',
    ]);
    const away = [['a', null, false, at('2026-07-01T15:00Z'), at('2026-07-01T16:00Z')]] as const;
    expect(starts(inputs({ overrides: away }), '2026-07-01T00:00Z', '2026-07-02T00:00Z')).toEqual([]);
  });

  it('pass midnight', () => {
    const hours = [['a', null, 3, 23 * 60, 60] as const]; // Wednesday 23:00 to Thursday 01:00
    const found = starts(inputs({ hours, zone: 'UTC' }), '2026-07-01T00:00Z', '2026-07-03T00:00Z');
    expect(found.sort()).toEqual(['00:00', '00:30', '23:00', '23:30']);
  });

  it('show who comes first, and everybody when asked', () => {
    const specialists = ['b', 'a'].map((id) => ({ id, timezone: 'UTC' }));
    const hours = ['a', 'b'].map((id) => [id, null, 3, 540, 600] as const);
    const given = inputs({ specialists, hours });
    const first = freeSlots(given, [at('2026-07-01T00:00Z'), at('2026-07-02T00:00Z')], 0);
    expect(first).toEqual([]); // far beyond the horizon of 1970
    const now = at('2026-07-01T00:00Z');
    const ids = (everyone: boolean) =>
      freeSlots(given, [now, now + DAY], now, everyone).map(({ specialistId }) => specialistId);
    expect(ids(false)).toEqual(['b', 'b']);
    expect(ids(true).sort()).toEqual(['a', 'a', 'b', 'b']);
  });
});

describe('what others got wrong', () => {
  it('cal.com #4702: hours stay on the wall clock across a change of time', () => {
    for (const [zone, before, after] of [
      ['Europe/London', '2026-03-28', '2026-03-29'],
      ['America/New_York', '2026-10-31', '2026-11-01'],
    ] as const) {
      const given = inputs({ zone });
      for (const day of [before, after]) {
        const found = slots(given, `${day}T00:00Z`, `${day}T23:59Z`);
        const shown = wallClock(zone, at(found[0]!.slice(0, 24)));
        expect([shown.date, shown.minute, found.length]).toEqual([day, 540, 16]);
      }
    }
  });

  it('cal.com #29958: whatever occupies a time takes it, confirmed or not', () => {
    const busy = [['a', at('2026-07-01T06:00Z'), at('2026-07-01T06:30Z')]] as const;
    expect(starts(inputs({ busy }), '2026-07-01T00:00Z', '2026-07-02T00:00Z')[0]).toBe('06:30');
  });

  it('cal.com #10789: one person is one person, through whichever type they are booked', () => {
    const busy = [['a', at('2026-07-01T06:10Z'), at('2026-07-01T06:20Z')]] as const; // of a type of another length
    const found = starts(inputs({ busy }), '2026-07-01T00:00Z', '2026-07-02T00:00Z');
    expect(found).not.toContain('06:00');
    expect(found).toContain('06:30');
  });
});

describe('every zone', () => {
  const FROM = Date.UTC(2020, 0, 1);
  const UNTIL = Date.UTC(2030, 0, 1);
  const GRAIN = 15 * MINUTE;
  const hours = [0, 1, 2, 3, 4, 5, 6].flatMap((weekday) => [
    { weekday, start: 60, end: 150 },
    { weekday, start: 1350, end: 30 },
  ]);

  it('opens and closes exactly by its wall clock around every change of time in ten years', () => {
    const week = weekOf(hours);
    let transitions = 0;
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const clock = ZoneClock.of(zone);
      for (const change of clock.changes([FROM, UNTIL])) {
        transitions += 1;
        const range = [change - 6 * 60 * MINUTE, change + 6 * 60 * MINUTE] as const;
        const open = clock.within(week, range);
        for (let moment = range[0]; moment < range[1]; moment += GRAIN) {
          const isOpen = open.some(([from, until]) => from <= moment && moment < until);
          if (isOpen !== holds(hours, wallClock(zone, moment)))
            throw new Error(`${zone} ${new Date(moment).toISOString()}: ${isOpen}`);
        }
      }
    }
    expect(transitions).toBeGreaterThan(2000);
  }, 120_000);
});

describe('against a person with a calendar', () => {
  const ZONES = [
    'Europe/Bucharest',
    'America/New_York',
    'Australia/Lord_Howe',
    'America/Havana',
    'Asia/Kathmandu',
  ];
  const DAYS = [
    '2026-03-07',
    '2026-03-28',
    '2026-04-04',
    '2026-10-24',
    '2026-10-31',
    '2026-12-24',
    '2026-07-01',
  ];
  const quarter = (max: number) => fc.integer({ min: 0, max: max * 4 - 1 }).map((n) => n * 15);
  const place = fc.constantFrom('c', 'd', null);

  const scenario = fc.record({
    day: fc.constantFrom(...DAYS),
    zones: fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(...ZONES))),
    calendar: fc.constantFrom('RO', 'US', null),
    type: fc.record({
      clinic_id: place,
      duration_minutes: fc.constantFrom(15, 30, 45, 60),
      step_minutes: fc.constantFrom(15, 30, 45),
      buffer_before_minutes: fc.constantFrom(0, 15),
      buffer_after_minutes: fc.constantFrom(0, 15, 30),
      minimum_notice_minutes: fc.constantFrom(0, 90, 600),
      horizon_days: fc.constantFrom(1, 2, 60),
    }),
    business: fc.option(fc.tuple(quarter(12), quarter(12)), { nil: null }),
    hours: fc.array(
      fc
        .tuple(fc.constantFrom('a', 'b'), place, fc.integer({ min: 1, max: 7 }), quarter(24), quarter(24))
        .filter(([, , , start, end]) => start !== end),
      { minLength: 3, maxLength: 12 },
    ),
    overrides: fc.array(
      fc.tuple(fc.constantFrom('a', 'b'), place, fc.boolean(), quarter(60), fc.constantFrom(15, 120, 1500)),
      { maxLength: 2 },
    ),
    busy: fc.array(fc.tuple(fc.constantFrom('a', 'b'), quarter(60), fc.constantFrom(15, 30, 60)), {
      maxLength: 4,
    }),
  });

  it('finds the same times, whatever the hours, zones, exceptions, buffers and holidays', () => {
    fc.assert(
      fc.property(scenario, ({ day, zones, calendar, type, business, hours, overrides, busy }) => {
        const now = at(`${day}T00:00Z`);
        const clock = (minutes: number) =>
          `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
        const business_hours = business
          ? Object.fromEntries(
              ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((name) => [
                name,
                { start: clock(business[0]), end: clock(business[1] + 12 * 60) },
              ]),
            )
          : {};
        const given: SchedulingInputs = {
          type,
          clinics: [
            { id: 'c', timezone: zones[0]!, business_hours, holiday_calendar: calendar },
            { id: 'd', timezone: zones[1]!, business_hours: {}, holiday_calendar: null },
          ],
          specialists: [
            { id: 'a', timezone: zones[2]! },
            { id: 'b', timezone: zones[0]! },
          ],
          hours,
          overrides: overrides.map(([who, where, is, from, length]) => [
            ...([who, where, is] as const),
            ...([now + from * MINUTE, now + (from + length) * MINUTE] as const),
          ]),
          busy: busy.map(([who, from, length]) => [who, now + from * MINUTE, now + (from + length) * MINUTE]),
        };
        const range = [now + 5 * 60 * MINUTE, now + 50 * 60 * MINUTE] as const;
        const found = freeSlots(given, range, now, true).map(
          ({ startsAt, specialistId, clinicId }) =>
            `${new Date(startsAt).toISOString()} ${specialistId} ${clinicId}`,
        );
        // Somebody who could at two places at once is shown once, at either.
        const plain = (slot: string) => slot.split(' ').slice(0, 2).join(' ');
        const expected = bruteForceSlots(given, range, now);
        expect([...new Set(found.map(plain))].sort()).toEqual([...new Set(expected.map(plain))].sort());
        for (const slot of found) expect(expected).toContain(slot);
      }),
      { seed: 20261125, numRuns: 80 },
    );
  }, 120_000);
});
