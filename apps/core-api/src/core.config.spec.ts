import { Secret, VARIABLES } from '@restartix/config';
import { faultsTogether, type CoreConfig } from './core.config';

const DEFAULTS = Object.fromEntries(
  Object.entries(VARIABLES.sessions).map(([name, variable]) => [name, Number(variable.default)]),
);
const faults = (values: Partial<CoreConfig>) =>
  faultsTogether({ ...DEFAULTS, CLERK_JWT_KEY: 'a key', ...values } as CoreConfig);

it('needs a key to verify tokens by, or one to fetch it with', () => {
  const none = { CLERK_JWT_KEY: undefined };
  expect(faults({ ...none, CLERK_SECRET_KEY: new Secret('sk_test') })).toEqual([]);
  expect(faults(none)).toEqual([
    'CLERK_SECRET_KEY is needed without CLERK_JWT_KEY: the keys of tokens are fetched with it',
  ]);
});

describe('what only a lab may be told', () => {
  it('is a time of its own: specs only', () => {
    const LAB_CLOCK_FILE = '/tmp/clock';
    expect(faults({ NODE_ENV: 'test', LAB_CLOCK_FILE })).toEqual([]);
    for (const NODE_ENV of ['production', 'development'] as const)
      expect(faults({ NODE_ENV, LAB_CLOCK_FILE })).toEqual([
        'LAB_CLOCK_FILE is for specs: it needs NODE_ENV=test',
      ]);
  });

  it('is a looser policy of sessions; production may only be stricter', () => {
    expect(faults({ NODE_ENV: 'production' })).toEqual([]);
    expect(faults({ NODE_ENV: 'production', SESSION_IDLE_MINUTES: 5, SESSIONS_PER_USER: 1 })).toEqual([]);
    for (const name of Object.keys(VARIABLES.sessions)) {
      const looser = { [name]: DEFAULTS[name]! + 1 };
      expect(faults({ NODE_ENV: 'production', ...looser })).toEqual([
        `${name} must be at most ${DEFAULTS[name]} in production`,
      ]);
      expect(faults({ NODE_ENV: 'development', ...looser })).toEqual([]);
    }
  });
});
