import { createContext, runInContext } from '@restartix/context';
import { createLogger, type LoggerOptions } from './logger';

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'debug',
    format: 'json',
    service: 'test-api',
    destination: { write: (line: string) => void lines.push(line) },
    ...options,
  });
  return { logger, lines, last: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> };
}

describe('logger', () => {
  it('writes JSON lines with time, level, service and the ids of the context', () => {
    const { logger, last } = capture();
    const context = createContext({ requestId: 'request-1', organizationId: 7 });
    runInContext(context, () => logger.child('part').info('something happened', { count: 2 }));
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'test-api',
      logger: 'part',
      message: 'something happened',
      count: 2,
      request_id: 'request-1',
      organization_id: 7,
    });
  });

  it('leaves the organization out where there is none, and all ids outside a context', () => {
    const { logger, last } = capture();
    runInContext(createContext({ requestId: 'request-1' }), () => logger.info('in'));
    expect(last()).toMatchObject({ request_id: 'request-1' });
    expect(last()).not.toHaveProperty('organization_id');
    logger.info('out');
    expect(last()).not.toHaveProperty('request_id');
  });

  it('keeps quiet below its level, and takes the start-up talk of Nest for debug', () => {
    const { logger, lines } = capture({ level: 'info' });
    logger.debug('fine detail');
    logger.log('Mapped {/v1/me, GET} route', 'RouterExplorer');
    expect(lines).toEqual([]);
    logger.warn('careful');
    expect(lines).toHaveLength(1);
  });

  it('shows an error as kind, code, message and frames, with its causes and without its other fields', () => {
    const { logger, last, lines } = capture();
    const cause = Object.assign(new Error('connect failed'), {
      code: 'ECONNREFUSED',
      address: '203.0.113.7',
    });
    logger.error('The store is away', { error: new Error('query failed', { cause }) });
    expect(last().error).toMatchObject({
      type: 'Error',
      message: 'query failed',
      stack: expect.stringContaining('    at '),
      cause: { code: 'ECONNREFUSED', message: 'connect failed' },
    });
    expect(lines.join()).not.toContain('203.0.113.7');
  });

  it('hides the value a PostgreSQL error quotes', () => {
    const { logger, lines } = capture();
    const error = Object.assign(new Error('invalid input syntax for type uuid: "Maria Ionescu"'), {
      severity: 'ERROR',
      code: '22P02',
      detail: 'Key (last_name)=(Ionescu)',
    });
    logger.error(error);
    expect(lines.join()).toContain('invalid input syntax for type uuid');
    expect(lines.join()).not.toMatch(/Maria|Ionescu/);
  });

  it('writes one line of text per fact for people', () => {
    const { logger, lines } = capture({ format: 'text' });
    logger.info('listening\nnow', { port: 9000 });
    expect(lines).toEqual([expect.stringMatching(/^\S+Z INFO {2}test-api listening\\nnow port=9000\n$/)]);
  });

  it('survives circular fields, big integers and bytes', () => {
    const { logger, last } = capture();
    const ring: Record<string, unknown> = { big: 1n, bytes: Buffer.from('x') };
    ring.self = ring;
    logger.info('odd', { ring });
    expect(last().ring).toMatchObject({ big: '1', bytes: '[bytes]' });
  });
});
