import { POSE_LIMITS, type FieldError, type PoseItem } from '@restartix/contracts';

/**
 * The binary form of one batch, little endian:
 * `POS1` · uint32 organization · 16 bytes session id · uint32 batch number · float64 start, Unix milliseconds ·
 * uint16 frames · uint8 landmarks · uint8 values of each; then for each frame uint32 milliseconds since the start and
 * landmarks × values float32.
 */
export const POSE_MAGIC = 'POS1';
const HEADER_BYTES = 40;
/** Past the year 2096 nobody's clock is right. */
const LATEST_MS = 4e12;

export interface PoseBytes {
  organizationId: number;
  sessionId: string;
  item: PoseItem;
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Which part of the bytes is wrong; undefined when they are a batch. */
function headerFault(bytes: Buffer): FieldError | undefined {
  const fault = (field: string, reason: string) => ({ field, reason });
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 4) !== POSE_MAGIC)
    return fault('body', `must begin with the ${HEADER_BYTES} bytes of the header ${POSE_MAGIC}`);
  const { startedAt, frames, landmarks, values, floatBytes } = headerOf(bytes);
  const within = (value: number, most: number) => value >= 1 && value <= most;
  if (!within(startedAt, LATEST_MS)) return fault('started_at', 'must be Unix milliseconds');
  if (!within(frames, POSE_LIMITS.frames))
    return fault('frames', `must be between 1 and ${POSE_LIMITS.frames}`);
  if (!within(landmarks, POSE_LIMITS.landmarks) || !within(values, POSE_LIMITS.values))
    return fault(
      'landmarks',
      `must be at most ${POSE_LIMITS.landmarks} of ${POSE_LIMITS.values} values each`,
    );
  if (bytes.length !== HEADER_BYTES + frames * (4 + floatBytes))
    return fault('body', 'must be as long as its header says');
  return undefined;
}

function headerOf(bytes: Buffer) {
  const [landmarks, values] = [bytes.readUInt8(38), bytes.readUInt8(39)];
  return {
    startedAt: bytes.readDoubleLE(28),
    frames: bytes.readUInt16LE(36),
    landmarks,
    values,
    floatBytes: landmarks * values * 4,
  };
}

/** Reads the binary form, or says which part of it is wrong. */
export function readPoseBytes(bytes: Buffer): PoseBytes | { faults: FieldError[] } {
  const fault = headerFault(bytes);
  if (fault) return { faults: [fault] };
  const { startedAt, frames, landmarks, values, floatBytes } = headerOf(bytes);
  const offsets: number[] = [];
  const floats = Buffer.alloc(frames * floatBytes);
  for (let frame = 0; frame < frames; frame += 1) {
    const at = HEADER_BYTES + frame * (4 + floatBytes);
    offsets.push(bytes.readUInt32LE(at));
    bytes.copy(floats, frame * floatBytes, at + 4, at + 4 + floatBytes);
  }
  const notFinite = firstNotFinite(floats);
  if (notFinite !== undefined)
    return { faults: [{ field: `landmarks[${notFinite}]`, reason: 'must be a finite number' }] };
  return {
    organizationId: bytes.readUInt32LE(4),
    sessionId: uuidOf(bytes.subarray(8, 24)),
    item: {
      batch_seq: bytes.readUInt32LE(24),
      started_at: new Date(startedAt).toISOString(),
      landmark_count: landmarks,
      value_count: values,
      offsets_ms: offsets,
      landmarks: floats.toString('base64'),
    },
  };
}

/** The binary form of a batch; what a client app sends. */
export function writePoseBytes({ organizationId, sessionId, item }: PoseBytes): Buffer {
  const floats = Buffer.from(item.landmarks, 'base64');
  const floatBytes = item.landmark_count * item.value_count * 4;
  const bytes = Buffer.alloc(HEADER_BYTES + item.offsets_ms.length * (4 + floatBytes));
  bytes.write(POSE_MAGIC, 0, 'latin1');
  bytes.writeUInt32LE(organizationId, 4);
  Buffer.from(sessionId.replaceAll('-', ''), 'hex').copy(bytes, 8);
  bytes.writeUInt32LE(item.batch_seq, 24);
  bytes.writeDoubleLE(Date.parse(item.started_at), 28);
  bytes.writeUInt16LE(item.offsets_ms.length, 36);
  bytes.writeUInt8(item.landmark_count, 38);
  bytes.writeUInt8(item.value_count, 39);
  item.offsets_ms.forEach((offset, frame) => {
    const at = HEADER_BYTES + frame * (4 + floatBytes);
    bytes.writeUInt32LE(offset, at);
    floats.copy(bytes, at + 4, frame * floatBytes, (frame + 1) * floatBytes);
  });
  return bytes;
}

/** Infinity and NaN have all bits of the exponent set. */
function firstNotFinite(floats: Buffer): number | undefined {
  for (let at = 0; at < floats.length; at += 4) {
    if ((floats.readUInt32LE(at) & 0x7f800000) === 0x7f800000) return at / 4;
  }
  return undefined;
}
