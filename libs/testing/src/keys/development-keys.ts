import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { ClerkLab, type ClerkKeyPair } from '@restartix/vendor-lab';

/** Roles that log in, by database, and the administrators of the stores. */
export const MAIN_ROLES = ['migrator', 'core_app', 'core_system', 'outbox_relay'] as const;
export const TELEMETRY_ROLES = [
  'migrator',
  'telemetry_writer',
  'telemetry_reader',
  'telemetry_maintainer',
] as const;

export type MainRole = (typeof MAIN_ROLES)[number];
export type TelemetryRole = (typeof TELEMETRY_ROLES)[number];

interface KeyPair {
  privateKey: string;
  publicKey: string;
}

/** Every secret of one installation; plain JSON, so that it can be kept in a file. */
export interface DevelopmentKeys {
  /** 32 bytes each, base64. */
  encryptionKey: string;
  blindIndexKey: string;
  telemetryEncryptionKey: string;
  /** Ed25519, PEM: core-api signs, telemetry-api verifies. */
  channel: KeyPair;
  /** X25519, PEM: core-api seals, telemetry-api opens. */
  analytics: KeyPair;
  /** Ed25519, PEM: telemetry-api signs checkpoints of the audit log, verifiers pin the public key. */
  audit: KeyPair;
  /** RSA, PEM: the session tokens of the Clerk emulator. */
  clerk: ClerkKeyPair & { secretKey: string; publishableKey: string; webhookSecret: string };
  passwords: {
    main: Record<MainRole | 'postgres', string>;
    telemetry: Record<TelemetryRole | 'postgres', string>;
    redis: string;
    clickhouse: string;
  };
}

/** A fresh set of keys, none of them ever used before. */
export function developmentKeys(): DevelopmentKeys {
  const main = passwords(['postgres', ...MAIN_ROLES]);
  return {
    encryptionKey: key(),
    blindIndexKey: key(),
    telemetryEncryptionKey: key(),
    channel: keyPair('ed25519'),
    analytics: keyPair('x25519'),
    audit: keyPair('ed25519'),
    clerk: {
      ...ClerkLab.generateKeyPair(),
      secretKey: `sk_test_${password()}`,
      publishableKey: `pk_test_${Buffer.from('clerk.lab.example$').toString('base64')}`,
      webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
    },
    passwords: {
      main,
      // One server may hold both databases, and has one migrator then.
      telemetry: { ...passwords(['postgres', ...TELEMETRY_ROLES]), migrator: main.migrator },
      redis: password(),
      clickhouse: password(),
    },
  };
}

/** The declaration of Node has one overload per type, hence the question. */
function keyPair(type: 'ed25519' | 'x25519'): KeyPair {
  const { privateKey, publicKey } =
    type === 'ed25519' ? generateKeyPairSync(type) : generateKeyPairSync(type);
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

const key = () => randomBytes(32).toString('base64');
const password = () => randomBytes(18).toString('base64url');

function passwords<R extends string>(roles: readonly R[]): Record<R, string> {
  return Object.fromEntries(roles.map((role) => [role, password()])) as Record<R, string>;
}
