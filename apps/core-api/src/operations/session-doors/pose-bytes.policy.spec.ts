import fc from 'fast-check';
import { readPoseBytes, writePoseBytes, type PoseBytes } from './pose-bytes.policy';

const pose = fc
  .record({
    organizationId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    sessionId: fc.uuid(),
    seq: fc.nat(),
    frames: fc.integer({ min: 1, max: 5 }),
    landmarks: fc.integer({ min: 1, max: 33 }),
    values: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ organizationId, sessionId, seq, frames, landmarks, values }) =>
    fc
      .float32Array({
        minLength: frames * landmarks * values,
        maxLength: frames * landmarks * values,
        noNaN: true,
        noDefaultInfinity: true,
      })
      .map((floats): PoseBytes => ({
        organizationId,
        sessionId,
        item: {
          batch_seq: seq,
          started_at: '2026-11-25T12:00:00.123Z',
          landmark_count: landmarks,
          value_count: values,
          offsets_ms: Array.from({ length: frames }, (_, index) => index * 33),
          landmarks: Buffer.from(floats.buffer).toString('base64'),
        },
      })),
  );

it('reads whatever was written', () => {
  fc.assert(
    fc.property(pose, (given) => expect(readPoseBytes(writePoseBytes(given))).toEqual(given)),
    {
      numRuns: 50,
      seed: 6,
    },
  );
});

describe('bytes that are no batch are refused, by the part that is wrong', () => {
  const [given] = fc.sample(pose, { numRuns: 1, seed: 7 }) as [PoseBytes];
  const spoilt = (edit: (bytes: Buffer) => Buffer | void) => {
    const bytes = writePoseBytes(given);
    const result = readPoseBytes(edit(bytes) ?? bytes);
    return 'faults' in result ? result.faults[0]?.field : undefined;
  };
  it.each<[string, string, (bytes: Buffer) => Buffer | void]>([
    ['body', 'nothing', () => Buffer.alloc(0)],
    ['body', 'another format', (bytes) => void bytes.write('POS2', 0)],
    ['body', 'a byte too few', (bytes) => bytes.subarray(0, -1)],
    ['body', 'a byte too many', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])],
    ['started_at', 'no time', (bytes) => void bytes.writeDoubleLE(Number.NaN, 28)],
    ['frames', 'no frames', (bytes) => void bytes.writeUInt16LE(0, 36)],
    ['landmarks', 'too many landmarks', (bytes) => void bytes.writeUInt8(65, 38)],
    ['landmarks[0]', 'a number that is none', (bytes) => void bytes.writeFloatLE(Number.NaN, 44)],
    ['landmarks[0]', 'an infinite number', (bytes) => void bytes.writeFloatLE(-Infinity, 44)],
  ])('%s: %s', (field, _, edit) => {
    expect(spoilt(edit)).toBe(field);
  });
});
