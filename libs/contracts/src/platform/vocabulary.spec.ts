import {
  canonicalRole,
  CRITICALITY,
  DEPENDENCIES,
  ERROR_CODES,
  isDateTime,
  isPlainText,
  MEMBER_ROLES,
  pageMeta,
} from '../index';

describe('roles of other systems', () => {
  it.each(MEMBER_ROLES)('knows its own word %s, also as an identity provider writes it', (role) => {
    expect(canonicalRole(role)).toBe(role);
    expect(canonicalRole(`org:${role}`)).toBe(role);
    expect(canonicalRole(role.toUpperCase())).toBe(role);
  });

  it.each([
    ['provider', 'specialist'],
    ['org:practitioner', 'specialist'],
    ['admin', 'org_admin'],
    ['org:admin', 'org_admin'],
    ['clinic_admin', 'org_admin'],
    ['customer_support', 'assistant'],
    ['org:member', 'patient'],
  ])('takes %s for %s', (word, role) => expect(canonicalRole(word)).toBe(role));

  it.each([
    '',
    'org:',
    'superadmin',
    'org:superadmin',
    'system',
    'anonymous',
    'doctor',
    'xorg:admin',
    'org:org:admin',
  ])('takes %j for no role', (word) => expect(canonicalRole(word)).toBeUndefined());

  it.each(['constructor', '__proto__', 'toString', 'valueOf', 'org:constructor'])(
    'takes %s, which every object has, for no role',
    (word) => expect(canonicalRole(word)).toBeUndefined(),
  );
});

describe('criticality', () => {
  it('groups the dependencies as the source document does', () => {
    const grouped: Record<string, string[]> = {};
    for (const name of DEPENDENCIES) (grouped[CRITICALITY[name].level] ??= []).push(name);
    expect(grouped).toEqual({
      critical: ['postgres', 'clerk', 'aws'],
      high: ['redis', 's3', 'daily', 'bunny'],
      medium: ['telemetry_postgres', 'telemetry_api'],
      low: ['clickhouse', 'maxmind', 'cloudfront'],
      none: ['datadog', 'pagerduty', 'slack', 'uptimerobot'],
    });
  });

  it('says in one sentence what is lost with each, and names no other', () => {
    expect(Object.keys(CRITICALITY).sort()).toEqual([...DEPENDENCIES].sort());
    for (const { impact } of Object.values(CRITICALITY)) expect(impact).toMatch(/^[A-Z"].*\.$/);
  });
});

describe('error codes', () => {
  it.each(Object.entries(ERROR_CODES))(
    'gives %s a status of an error and a sentence',
    (code, { status, title }) => {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(Number.isInteger(status)).toBe(true);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(title).toMatch(/^[A-Z].*\.$/);
    },
  );

  it('answers every absent dependency with 503, so that clients try again', () => {
    const codes = Object.entries(ERROR_CODES).filter(([code]) => code.endsWith('_unavailable'));
    expect(codes.length).toBeGreaterThan(0);
    for (const [, { status }] of codes) expect(status).toBe(503);
  });
});

describe('plain text', () => {
  it.each(['', 'Maria', 'Ștefan\tIonescu\r\n', 'a\u0301', '\ud83d\ude00', '\ufffd', '\u0085', '\uffff'])(
    'is %j',
    (text) => {
      expect(isPlainText(text)).toBe(true);
    },
  );

  it.each([
    'a\u0000b',
    '\u0007',
    '\u000b',
    '\u001b[31m',
    '\u007f',
    '\ud83d',
    '\ude00',
    'x\ud83dy',
    5,
    null,
    undefined,
    ['a'],
  ])('is not %j', (value) => expect(isPlainText(value)).toBe(false));
});

describe('date-time', () => {
  it.each([
    '2026-01-31T10:00:00Z',
    '2026-01-31T10:00Z',
    '2024-02-29T23:59:59.999+02:00',
    '2026-01-31T10:00:00.123456789-14:00',
    '1900-01-01T00:00:00Z',
    '2199-12-31T23:59:59Z',
  ])('is %s', (text) => expect(isDateTime(text)).toBe(true));

  it.each([
    ['no time', '2026-01-31'],
    ['no offset', '2026-01-31T10:00:00'],
    ['an impossible day', '2026-02-29T10:00:00Z'],
    ['an impossible hour', '2026-01-31T24:00:00Z'],
    ['an impossible second', '2026-01-31T10:00:60Z'],
    ['an offset no place has', '2026-01-31T10:00:00+23:00'],
    ['a week date', '2026-W05-1T10:00:00Z'],
    ['a day of the year', '2026-035T10:00:00Z'],
    ['a month', '2026-01T10:00:00Z'],
    ['a comma', '2026-01-31T10:00:00,5Z'],
    ['the year 0', '0000-01-01T00:00:00Z'],
    ['a year no store holds', '9999-12-31T23:59:59Z'],
    ['a year of five digits', '+12026-01-01T00:00:00Z'],
    ['a line break', '2026-01-31T10:00:00Z\n'],
    ['a number', 1_769_853_600],
    ['nothing', null],
  ])('is not %s', (_, value) => expect(isDateTime(value)).toBe(false));
});

describe('page meta', () => {
  it.each([
    [0, 0],
    [1, 1],
    [25, 1],
    [26, 2],
  ])('of %d matches has %d pages of 25', (total, total_pages) => {
    expect(pageMeta({ page: 3, page_size: 25 }, total)).toEqual({
      page: 3,
      page_size: 25,
      total,
      total_pages,
    });
  });
});
