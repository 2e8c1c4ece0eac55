/** The value a text spells as JSON; undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The value of an answer: of one JSON text, or of a stream that spells one on each line, as far as it came. */
export const parsedAll = (text: string): unknown => parsed(text) ?? text.split('\n').map(parsed);
