import {
  AddressNotFoundError,
  BadMethodCallError,
  Reader,
  ValueError,
  type ReaderModel,
} from '@maxmind/geoip2-node';

const UNKNOWN = 'unknown';

/** ISO 3166 code of the country, and the code of its subdivision; "unknown" each. */
export interface Location {
  country: string;
  region: string;
}

export const NOWHERE: Location = { country: UNKNOWN, region: UNKNOWN };

/** A place on earth, and within how many kilometres of it the address lies. */
export interface GeoPoint {
  latitude: number;
  longitude: number;
  radiusKm: number;
}

/** What a record of either kind tells us. */
interface GeoRecord {
  country?: { isoCode?: string };
  subdivisions?: { isoCode?: string }[];
  location?: { latitude?: number; longitude?: number; accuracyRadius?: number };
}

/** A MaxMind database in memory, of the City or the Country kind. */
export class MaxmindDatabase {
  private constructor(
    private readonly find: (address: string) => GeoRecord,
    /** Kind of the database, such as GeoLite2-City. */
    readonly type: string,
    readonly builtAt: Date,
  ) {}

  /** Opens the bytes of a database file. Throws when they are none, or of another kind. */
  static open(bytes: Buffer): MaxmindDatabase {
    const model = Reader.openBuffer(bytes);
    const find = [(address: string) => model.city(address), (address: string) => model.country(address)].find(
      isOffered,
    );
    if (!find) throw new Error('The geo database is neither of the City nor of the Country kind');
    const { databaseType, buildEpoch } = metadataOf(model);
    return new MaxmindDatabase(find, databaseType, buildEpoch);
  }

  /** Country and region of an address; "unknown" on a miss and for what is no address. */
  locate(address: string): Location {
    const { country, subdivisions } = this.recordOf(address);
    return { country: country?.isoCode ?? UNKNOWN, region: subdivisions?.[0]?.isoCode ?? UNKNOWN };
  }

  /** Null where the database knows no coordinates: one of the Country kind never does. */
  pointOf(address: string): GeoPoint | null {
    const { latitude, longitude, accuracyRadius = 0 } = this.recordOf(address).location ?? {};
    if (latitude === undefined || longitude === undefined) return null;
    return { latitude, longitude, radiusKm: accuracyRadius };
  }

  private recordOf(address: string): GeoRecord {
    try {
      return this.find(address);
    } catch (error) {
      if (error instanceof AddressNotFoundError || error instanceof ValueError) return {};
      throw error;
    }
  }
}

/** Whether the database answers this kind of question. */
function isOffered(find: (address: string) => GeoRecord): boolean {
  try {
    find('192.0.2.1');
  } catch (error) {
    return !(error instanceof BadMethodCallError);
  }
  return true;
}

/** What a file says of itself. The library reads it and does not show it. */
function metadataOf(model: ReaderModel): { databaseType: string; buildEpoch: Date } {
  return (model as unknown as { mmdbReader: { metadata: { databaseType: string; buildEpoch: Date } } })
    .mmdbReader.metadata;
}
