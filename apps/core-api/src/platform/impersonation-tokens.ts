import { deriveKey, signText, verifyText } from '@restartix/crypto';
import { DomainError } from '@restartix/errors';
import type { Principal } from '@restartix/tenancy';

const PREFIX = 'imp1.';
/** Stands for us where limits count by issuer and subject. */
const ISSUER = 'impersonation';

/** Tokens of impersonations: the id of one, signed. Whether it lives is the database's to say, with every request. */
export class ImpersonationTokens {
  private readonly key: Buffer;

  constructor(root: Buffer) {
    this.key = deriveKey(root, 'impersonation token');
  }

  sign(id: string): string {
    return PREFIX + signText(this.key, id);
  }

  isOne(token: string): boolean {
    return token.startsWith(PREFIX);
  }

  /** Throws token_signature_invalid for what is none of ours. */
  read(token: string): Principal {
    const id = verifyText(this.key, token.slice(PREFIX.length));
    if (id === null) throw new DomainError('token_signature_invalid');
    return {
      ...{ issuer: ISSUER, subject: id, sessionId: id, organizationRef: null, roleRef: null },
      ...{ authTime: null, mfaTime: null, amr: [], connection: null, securityLevel: null },
      delegation: { impersonationId: id },
    };
  }
}
