import { createLogger } from './logger';
import { redactText } from './redaction';

/** What must never appear, in the forms it is met in. */
const PLANTED: Record<string, string> = {
  email: 'maria.ionescu+clinic@example.org',
  jwt: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyXzEifQ.c2lnbmF0dXJl',
  bearer: 'Bearer abcdefgh12345678',
  envelope: 'e1.3.q83vEjRWeJq83vEjRWeJ',
  sealed_box: `${'A'.repeat(43)}.e1.1.q83vEjRWeJq83vEjRWeJ`,
  clerk_key: 'sk_live_abcdefghijklmnop',
  impersonation: 'imp1.MDE5MDAwMDAtMDAwMC03MDAw.q83vEjRWeJq83vEjRWeJq8',
  api_key: `rx_live_${'4fGh2kQ9aZ'.repeat(6)}`,
  international: '+40 721 234 567',
  international_plain: '+40721234567',
  national: '0721 234 567',
  american: '(212) 555-0187',
  ipv4: '203.0.113.77',
  ipv6: '2001:db8::42',
  ipv6_full: '2001:db8:1:2:3:4:5:6',
  private_key: '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----',
};

const HARMLESS = [
  '0192f3a1-1234-7123-8123-123456789012',
  '01234567-0123-7012-8012-012345678901',
  'listening on http://127.0.0.1:9000',
  'GET /v1/patients/:id 200',
  '2026-01-31T12:34:56.789Z',
  'took 1234567890 ns in 3 steps',
  'Error::notFound of ns::inner',
  'version 18.4.0-beta.17',
  'select $1::int, now()::date',
];

describe('redaction', () => {
  it.each(Object.entries(PLANTED))(
    'takes %s out of messages, fields, keys, lists and errors',
    (_, secret) => {
      const lines: string[] = [];
      const logger = createLogger({
        level: 'debug',
        format: 'json',
        service: 'test-api',
        destination: { write: (line: string) => void lines.push(line) },
      });
      logger.info(`failed for ${secret}, trying again`);
      logger.warn('in a field', { detail: secret, list: [{ deep: `x ${secret} y` }], [secret]: true });
      logger.error('in an error', { error: new Error(`bad ${secret}`, { cause: new Error(secret) }) });
      logger.error(new Error(secret));
      logger.error('Nest style', `Error: ${secret}\n    at somewhere`, 'Part');
      expect(lines).toHaveLength(5);
      for (const line of lines) {
        expect(() => JSON.parse(line) as unknown).not.toThrow();
        expect(line).not.toContain(JSON.stringify(secret).slice(1, -1));
      }
    },
  );

  it.each(HARMLESS)('leaves "%s" as it is', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it.each([
    'password',
    'first_name',
    'lastName',
    'x-api-key',
    'date_of_birth',
    'accessToken',
    'patient_email',
  ])('hides whatever stands under the name %s', (name) => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = createLogger({ level: 'info', format: 'json', service: 'test-api', destination });
    logger.info('fields', { outer: { [name]: 'plain words' } });
    expect(lines.join()).toContain(name);
    expect(lines.join()).not.toContain('plain words');
  });

  it('takes credentials out of URLs and quoted text out of JSON errors', () => {
    expect(redactText('postgres://app:pa$$w0rd@db/main')).toBe('postgres://[credentials]@db/main');
    const error = (() => {
      try {
        JSON.parse('Maria says hello');
      } catch (caught) {
        return (caught as Error).message;
      }
    })();
    expect(error).toContain('Maria');
    expect(redactText(error!)).not.toContain('Maria');
  });
});
