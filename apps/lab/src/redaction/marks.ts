import { randomInt } from 'node:crypto';

const letters = (count: number) =>
  Array.from({ length: count }, () => String.fromCharCode(97 + randomInt(26))).join('');
const digits = (count: number) => Array.from({ length: count }, () => randomInt(10)).join('');

/** The characters of a base64 text that a run of bytes decides alone, whatever stands before and after it. */
function base64Cores(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from('\0'.repeat(before) + text).toString('base64');
    const bits = 8 * (before + Buffer.byteLength(text));
    return encoded.slice(Math.ceil((8 * before) / 6), Math.floor(bits / 6));
  });
}

/** How a text may be disguised without being protected. */
function disguises(text: string): string[] {
  return [...base64Cores(text), ...base64Cores(text.toLowerCase()), Buffer.from(text).toString('hex')];
}

const around = (text: string, at: number, length: number): string =>
  text.slice(Math.max(0, at - 40), at + length + 40);

/** Texts that stand for a patient's data in a run and mean nothing else: whoever finds one has found a leak. */
export class Marks {
  readonly #stem = `Qz${letters(8)}`;
  readonly #phone = `4079${digits(6)}`;
  readonly #year = String(randomInt(1801, 1899));
  readonly #forms: string[];
  #count = 0;

  constructor() {
    const stems = [this.#stem, this.#phone];
    this.#forms = [...stems.map((stem) => stem.toLowerCase()), ...stems.flatMap(disguises)];
  }

  /** As a name, a note, a street; no longer than asked. */
  text(longest = 100): string {
    const number = this.next();
    return `${this.#stem}${number} în Iași`.slice(0, longest);
  }

  email(): string {
    return `${this.#stem}.${this.next()}@mark.example`;
  }

  /** E.164. */
  phone(): string {
    return `+${this.#phone}${this.next().padStart(3, '0').slice(-3)}`;
  }

  /** A day of a year in which nothing else happened. */
  day(): string {
    const number = Number(this.next());
    return `${this.#year}-${String(1 + (number % 12)).padStart(2, '0')}-${String(1 + (number % 28)).padStart(2, '0')}`;
  }

  /** Every mark, plain or disguised (upper or lower case, base64, hexadecimal), with what stands around it. */
  findIn(text: string): string[] {
    const places = [text.toLowerCase(), text.replaceAll('-', '+').replaceAll('_', '/')];
    const found = this.#forms.flatMap((form) => {
      const at = Math.max(...places.map((place) => place.indexOf(form)));
      return at < 0 ? [] : [around(text, at, form.length)];
    });
    const day = text.search(new RegExp(`(?<!\\d)${this.#year}-\\d\\d-\\d\\d`));
    return day < 0 ? found : [...found, around(text, day, 10)];
  }

  private next(): string {
    this.#count += 1;
    return this.#count.toString();
  }
}
