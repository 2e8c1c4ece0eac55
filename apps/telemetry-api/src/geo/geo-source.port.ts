/** Where geo databases come from. */
export abstract class GeoSource {
  /** Whether there is one to ask: an account is configured. */
  abstract readonly isConfigured: boolean;
  /** The bytes of the newest database file, checked against the checksum of its provider. Throws an Error. */
  abstract fetch(): Promise<Buffer>;
}
