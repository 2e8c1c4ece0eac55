import type { Schema } from './document';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Real values of the running platform, by the name of the field they were met in. */
export class KnownValues {
  private readonly byName = new Map<string, Set<string | number>>();
  private readonly uuids = new Set<string>();
  private readonly byPlace = new Map<string, Set<string | number>>();

  /** Keeps every text and number of an answer under its field's name. */
  learn(value: unknown, name = ''): void {
    if (Array.isArray(value)) for (const item of value) this.learn(item, name);
    else if (typeof value === 'object' && value !== null) {
      for (const [field, item] of Object.entries(value)) this.learn(item, field);
    } else if (typeof value === 'string' || typeof value === 'number') this.add(name, value);
  }

  /** Keeps what a list showed under the addresses its things may have, such as "/v1/patients/{id}". */
  learnList(path: string, body: unknown): void {
    this.learn(body);
    const { data } = body as { data?: unknown };
    if (!Array.isArray(data)) return;
    for (const [field, value] of data.flatMap((item) => Object.entries(item as object))) {
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      const place = `${path}/{${field}}`;
      this.byPlace.set(place, (this.byPlace.get(place) ?? new Set()).add(value));
    }
  }

  /** Ids of things that were listed, by the template of their address. */
  at(place: string): (string | number)[] {
    return [...(this.byPlace.get(place) ?? [])];
  }

  /** What a parameter or field of this name and schema may well hold: ids of everybody where it is an id. */
  for(name: string, { type, format }: Schema): (string | number)[] {
    if (format === 'uuid') return [...this.uuids];
    const own = [...(this.byName.get(name) ?? []), ...(this.byName.get(`next_${name}`) ?? [])];
    return own.filter((value) => (type === 'string') === (typeof value === 'string'));
  }

  private add(name: string, value: string | number): void {
    if (typeof value === 'string' && UUID.test(value)) this.uuids.add(value);
    const values = this.byName.get(name) ?? new Set();
    this.byName.set(name, values.add(value));
  }
}
