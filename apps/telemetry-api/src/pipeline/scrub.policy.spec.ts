import fc from 'fast-check';
import { scrubProperties } from './scrub.policy';

const USER = '0190c6a5-7a3b-7c11-9d2e-aabbccddeeff';
const scrub = (value: unknown) => scrubProperties({ value }, USER).value;

describe('what stands for a person is removed', () => {
  it.each([
    ['an e-mail address', 'anna.example@clinic.example'],
    ['one in a sentence', 'sent to anna.example@clinic.example today'],
    ['one percent-encoded', 'anna.example%40clinic.example'],
    ['one in full-width characters', 'anna＠clinic.example'],
    ['one with an invisible character', 'anna\u200b@\u200bclinic.example'],
    ['an international phone number', '+40 721 234 567'],
    ['a national phone number', '22 33 44 55'],
    ['a phone number with dots', '0721.234.567'],
    ['a national id', '19800101123'],
    ['one as a number', 19800101123],
    ['a birth date', '1980-01-31'],
    ['an IPv4 address', 'from 203.0.113.77'],
    ['an IPv6 address', 'from [2001:db8::7]'],
    ['a full IPv6 address', '2001:db8:1:2:3:4:5:6'],
    ['a UUID', '3f2504e0-4f89-11d3-9a0c-0305e82c3301'],
    ['a UUID without dashes', '3f2504e04f8911d39a0c0305e82c3301'],
    ['a JWT', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln'],
    ['a token of another system', 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC'],
    ['a readable one', 'user_carpathia_patient'],
    ['one within words', 'opened by USER_carpathia_patient'],
    ['the user id', USER],
    ['the user id within a text, in capitals', `id=${USER.toUpperCase()};`],
  ])('%s', (_, value) => {
    expect(scrub(value)).toBe('[removed]');
  });

  it('also where it is the name of a property, or behind the point a text is cut at', () => {
    expect(scrubProperties({ a0721234567: 'x' }, USER)).toEqual({});
    expect(scrub(`${'a '.repeat(120)}anna.example@clinic.example`)).toBe('[removed]');
  });

  it.each([
    'name',
    'first_name',
    'lastname',
    'patient_name',
    'email',
    'home_address',
    'notes',
    'date_of_birth',
  ])('whatever is given as %s', (name) => {
    expect(scrubProperties({ [name]: 'Ana', exercise_name: 'squat' }, USER)).toEqual({
      [name]: '[removed]',
      exercise_name: 'squat',
    });
  });

  it('even a short user id, wherever it stands', () => {
    expect(scrubProperties({ a: 'for u-17 only', b: 'for u-18 only' }, 'u-17')).toEqual({
      a: '[removed]',
      b: 'for u-18 only',
    });
  });
});

describe('what stands for no one is kept', () => {
  it.each([
    ['a word', 'knee_extension', 'knee_extension'],
    ['a long name', 'standing_hip_abduction_with_band', 'standing_hip_abduction_with_band'],
    ['a version', '4.12.0', '4.12.0'],
    ['a time of day', '10:20:30', '10:20:30'],
    ['a count', 12, '12'],
    ['a duration in ms', 93_500, '93500'],
    ['a share', 0.75, '0.75'],
    ['a flag', true, 'true'],
    ['text in another script', 'exercițiu încheiat', 'exercițiu încheiat'],
  ])('%s', (_, value, expected) => {
    expect(scrub(value)).toBe(expected);
  });
});

it('keeps plain values only, at most twenty, with well-formed names, cut to 200 characters', () => {
  expect(scrubProperties({ list: ['a'], object: {}, nothing: null, ok: 'x' }, USER)).toEqual({ ok: 'x' });
  expect(scrubProperties({ Upper: 'x', '1st': 'x', 'a b': 'x', ['a'.repeat(41)]: 'x' }, USER)).toEqual({});
  const many = Object.fromEntries([...'abcdefghijklmnopqrstuvwxyz'].map((name) => [name, 'x']));
  expect(Object.keys(scrubProperties(many, USER))).toHaveLength(20);
  expect(scrub('a '.repeat(200))).toHaveLength(200);
});

it('lets no generated address, number or id through, whatever stands around it', () => {
  const digits = fc.stringMatching(/^\d{7,14}$/);
  const identifier = fc.oneof(fc.emailAddress(), fc.ipV4(), fc.ipV6(), fc.uuid(), digits);
  const around = fc.stringMatching(/^[a-z ]{0,20}$/);
  fc.assert(
    fc.property(identifier, around, around, (found, before, after) => {
      expect(scrub(`${before} ${found} ${after}`)).toBe('[removed]');
    }),
  );
});
