import { ERROR_CODES, type ErrorCode } from '@restartix/contracts';
import { conflict, DomainError, forbidden, invalid, notFound, toProblem, unavailable } from './index';

describe('problem documents', () => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('has one for %s', (code) => {
    expect(toProblem(new DomainError(code), 'r1')).toEqual({
      type: `urn:restartix:error:${code}`,
      title: ERROR_CODES[code].title,
      status: ERROR_CODES[code].status,
      code,
      request_id: 'r1',
    });
  });

  it('carries the detail and the faulty fields', () => {
    expect(toProblem(invalid([{ field: 'address.zip', reason: 'is too long' }]))).toMatchObject({
      status: 400,
      errors: [{ field: 'address.zip', reason: 'is too long' }],
    });
    expect(toProblem(forbidden('Only compliance staff read this.'))).toMatchObject({
      status: 403,
      detail: 'Only compliance staff read this.',
    });
    expect(toProblem(conflict('The slot is taken.'))).toMatchObject({
      status: 409,
      detail: 'The slot is taken.',
    });
    expect(toProblem(notFound())).toMatchObject({ status: 404, code: 'not_found' });
  });

  it.each([
    ['an error', new Error('duplicate key value (email)=(maria@example.org)')],
    ['a text', 'maria@example.org'],
    ['nothing', undefined],
    ['an object that looks like ours', { code: 'not_found', detail: 'maria@example.org' }],
  ])('says nothing of %s it does not know', (_, error) => {
    const problem = toProblem(error);
    expect(problem).toMatchObject({ status: 500, code: 'internal_error' });
    expect(JSON.stringify(problem)).not.toContain('maria');
  });

  it('never shows the cause', () => {
    const problem = toProblem(
      unavailable('database_unavailable', new Error('connect ECONNREFUSED 10.0.0.5:5432')),
    );
    expect(problem.status).toBe(503);
    expect(JSON.stringify(problem)).not.toContain('10.0.0.5');
  });

  it('tells a client of an absent dependency when to come back', () => {
    expect(unavailable('telemetry_unavailable').headers).toEqual({ 'Retry-After': '5' });
  });
});
