import { APPOINTMENT_STATUSES } from './appointment.dto';
import { fromHealthBridgeStatus, HEALTHBRIDGE_STATUSES, toHealthBridgeStatus } from './status-words';

describe('status words of HealthBridge', () => {
  it('come back as they went out, all six', () => {
    for (const word of HEALTHBRIDGE_STATUSES)
      expect(toHealthBridgeStatus(fromHealthBridgeStatus(word)!)).toBe(word);
  });

  it('stand for each of the eight states', () => {
    expect(APPOINTMENT_STATUSES.map(toHealthBridgeStatus)).toEqual([
      ...[
        'scheduled',
        'scheduled',
        'scheduled',
        'checked_in',
        'in_progress',
        'completed',
        'cancelled',
        'no_show',
      ],
    ]);
  });

  it.each(['', 'Scheduled', 'noshow', 'constructor', 'toString'])('are not %j', (word) =>
    expect(fromHealthBridgeStatus(word)).toBeUndefined(),
  );
});
