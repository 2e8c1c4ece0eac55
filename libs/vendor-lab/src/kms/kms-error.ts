/** A refusal in the words of AWS KMS: the name of the exception, a sentence, the HTTP status. */
export class KmsError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = 'KmsError';
  }

  /** The body of the answer (AWS JSON 1.1). */
  get json(): string {
    return JSON.stringify({ __type: this.type, message: this.message });
  }
}

export const validation = (message: string): KmsError => new KmsError('ValidationException', message);
export const invalidCiphertext = (): KmsError => new KmsError('InvalidCiphertextException', '');
