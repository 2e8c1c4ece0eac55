/** A refusal in the words of Amazon S3: HTTP status, code, sentence. */
export class S3Error extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'S3Error';
  }

  /** The body of the answer. */
  get xml(): string {
    return `${XML}<Error><Code>${this.code}</Code><Message>${escapeXml(this.message)}</Message></Error>`;
  }
}

export const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const accessDenied = (why = 'Access Denied') => new S3Error(403, 'AccessDenied', why);
export const notImplemented = (what: string) =>
  new S3Error(501, 'NotImplemented', `${what} is not part of this emulator.`);
