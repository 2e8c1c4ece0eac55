import { acceptedStep, base32, otpauthUri, stepAt, totpCode } from './totp.policy';

const SECRET = Buffer.from('12345678901234567890');
const at = (seconds: number) => new Date(seconds * 1000);

describe('TOTP', () => {
  // RFC 6238, appendix B: SHA1, eight digits.
  it.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('is what RFC 6238 says at %d seconds', (seconds, code) => {
    expect(totpCode(SECRET, stepAt(at(seconds)), 8)).toBe(code);
  });

  // RFC 4226, appendix D.
  it.each(
    ['755224', '287082', '359152', '969429', '338314'].map((code, counter) => [counter, code] as const),
  )('is what RFC 4226 says of counter %d', (counter, code) => expect(totpCode(SECRET, counter)).toBe(code));

  const now = at(1_234_567_890);
  const step = stepAt(now);

  it.each([
    [-2, null],
    [-1, step - 1],
    [0, step],
    [1, step + 1],
    [2, null],
  ])('accepts a code %d steps away: %s', (drift, accepted) => {
    expect(acceptedStep(SECRET, totpCode(SECRET, step + drift), now, 0)).toBe(accepted);
  });

  it('accepts no code twice, and none older than one that was accepted', () => {
    expect(acceptedStep(SECRET, totpCode(SECRET, step), now, step)).toBeNull();
    expect(acceptedStep(SECRET, totpCode(SECRET, step - 1), now, step)).toBeNull();
    expect(acceptedStep(SECRET, totpCode(SECRET, step + 1), now, step)).toBe(step + 1);
  });

  it.each([
    ['', ''],
    ['f', 'MY'],
    ['foobar', 'MZXW6YTBOI'],
    ['12345678901234567890', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'],
  ])('writes %j as %s', (bytes, text) => expect(base32(Buffer.from(bytes))).toBe(text));

  it('names nobody in the address of the QR code', () => {
    expect(otpauthUri(SECRET)).toBe(
      'otpauth://totp/RestartiX?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=RestartiX&algorithm=SHA1&digits=6&period=30',
    );
  });
});
