import { isDeaNumber, isNpi } from './registers';

describe('numbers of registers', () => {
  it.each(['1234567893', '1245319599', '1679576722'])('takes %s for an NPI', (number) =>
    expect(isNpi(number)).toBe(true),
  );

  it('refuses an NPI with any one digit changed, and what has another form', () => {
    for (let place = 0; place < 10; place += 1)
      for (const digit of '0123456789') {
        const changed = `${'1234567893'.slice(0, place)}${digit}${'1234567893'.slice(place + 1)}`;
        expect([changed, isNpi(changed)]).toEqual([changed, changed === '1234567893']);
      }
    for (const other of ['', '123456789', '12345678930', '3234567893', 'A234567893', 1_234_567_893, null])
      expect(isNpi(other)).toBe(false);
  });

  it.each(['AB1234563', 'F91234563', 'ap5836727'])('takes %s for a DEA number', (number) =>
    expect(isDeaNumber(number)).toBe(true),
  );

  it.each(['AB1234560', 'AB123456', '1B1234563', 'AB12345633', 'A81234563', '', null])(
    'refuses %s as a DEA number',
    (number) => expect(isDeaNumber(number)).toBe(false),
  );
});
