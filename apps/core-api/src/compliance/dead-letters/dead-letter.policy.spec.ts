import type { AuditEvent } from '@restartix/contracts';
import { mended, mendedFields } from './dead-letter.policy';

const refused: AuditEvent = {
  event_id: '01900000-0000-7000-8000-000000000001',
  timestamp: '2026-01-01T00:00:00.000Z',
  organization_id: 1,
  user_id: '01900000-0000-7000-8000-000000000002',
  user_email: null,
  user_role: 'specialist',
  action: 'view',
  resource_type: 'Patient!',
  resource_id: null,
  patient_id: null,
  ip_address: null,
  user_agent: 'curl',
  request_id: null,
  success: true,
  details: { share: 1, description: 'x' },
};
const mending = { by: 'user', at: '2026-01-02T00:00:00.000Z', originalSha256: 'ab' };

describe('mending a refused event', () => {
  it('puts right what is named, takes details out, and marks the event', () => {
    const event = mended(refused, { resource_type: 'patient', drop_details: ['share'] }, mending);
    expect(event).toEqual({
      ...refused,
      resource_type: 'patient',
      details: {
        description: 'x',
        mended: {
          at: mending.at,
          by: 'user',
          fields: ['details.share', 'resource_type'],
          original_sha256: 'ab',
        },
      },
    });
  });

  it('keeps the names of what was mended before', () => {
    const once = mended(refused, { resource_type: 'patient' }, mending);
    const twice = mended(once, { user_agent: 'browser' }, mending);
    expect(twice.details.mended).toMatchObject({ fields: ['resource_type', 'user_agent'] });
  });

  it('knows a request that asks for nothing', () => {
    expect(mendedFields({})).toEqual([]);
    expect(mendedFields({ drop_details: ['share'], request_id: 'r' })).toEqual([
      'request_id',
      'details.share',
    ]);
  });
});
