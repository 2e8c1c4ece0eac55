import { DomainError } from '@restartix/errors';
import { translateSqlError } from './index';

const withCode = (code: string) =>
  Object.assign(new Error('duplicate key (email)=(maria@example.org)'), { code });
const codeOf = (error: unknown) => (error as { code?: unknown }).code;

describe('errors of the database', () => {
  it.each([
    ['23505', 'already_exists'],
    ['23503', 'conflict'],
    ['23P01', 'conflict'],
    ['40001', 'conflict'],
    ['40P01', 'conflict'],
    ['42501', 'forbidden'],
    ['RX001', 'impersonation_read_only'],
    ['22P02', 'bad_request'],
    ['22P05', 'bad_request'],
    ['22021', 'bad_request'],
    ['08006', 'database_unavailable'],
    ['08P01', 'database_unavailable'],
    ['53300', 'database_unavailable'],
    ['57P01', 'database_unavailable'],
    ['57P03', 'database_unavailable'],
    ['57014', 'database_unavailable'],
    ['25P03', 'database_unavailable'],
    ['ECONNREFUSED', 'database_unavailable'],
    ['ECONNRESET', 'database_unavailable'],
    ['EPIPE', 'database_unavailable'],
    ['ENOTFOUND', 'database_unavailable'],
    ['EAI_AGAIN', 'database_unavailable'],
  ])('%s means %s to a client', (code, meaning) => {
    const error = translateSqlError(withCode(code));
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code: meaning, detail: undefined, cause: { code } });
  });

  it.each(['42601', '42P01', '23502', '23514', '22012', 'XX000', '25P02', '157014', 'x08'])(
    '%s is ours to mend and is handed back as it is',
    (code) => {
      const error = withCode(code);
      expect(translateSqlError(error)).toBe(error);
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
  ])('"%s" means that the database is away', (message) => {
    expect(codeOf(translateSqlError(new Error(message)))).toBe('database_unavailable');
  });

  it.each([
    ['42501', 'permission denied for table audit_outbox'],
    ['42501', 'new row violates row-level security policy for table "audit_outbox"'],
    ['53100', 'could not extend file: relation audit_outbox'],
  ])('%s "%s" means that an access could not be recorded', (code, message) => {
    expect(codeOf(translateSqlError(Object.assign(new Error(message), { code })))).toBe('audit_unavailable');
  });

  it('leaves our own errors and what is no error alone', () => {
    const ours = new DomainError('precondition_failed');
    expect(translateSqlError(ours)).toBe(ours);
    expect(translateSqlError('08006')).toBe('08006');
    expect(translateSqlError(undefined)).toBeUndefined();
  });
});
