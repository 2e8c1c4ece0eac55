/** What a service answered. */
export interface Answer<T> {
  status: number;
  data: T;
  /** What a problem names in place of what was asked for. */
  alternatives?: object[];
  milliseconds: number;
}

/** Asks a service as whoever the token names, or as nobody. */
export async function askJson<T>(
  base: string,
  token: string | null,
  method: string,
  path: string,
  body?: object,
): Promise<Answer<T>> {
  const before = performance.now();
  const answer = await fetch(`${base}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  const { data, alternatives } = (await answer.json()) as Pick<Answer<T>, 'data' | 'alternatives'>;
  return { status: answer.status, data, alternatives, milliseconds: performance.now() - before };
}

/** The data of an answer that is a success; throws for any other. */
export async function need<T>(...question: Parameters<typeof askJson>): Promise<T> {
  const { status, data } = await askJson<T>(...question);
  if (status >= 300) throw new Error(`${question[2]} ${question[3]} answered ${status}`);
  return data;
}
