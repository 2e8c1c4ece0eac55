import { interpolations, type Compose } from './compose';
import { DECLARED, ENTRY_POINTS, isKeptFrom, PORTS } from './services';
import type { Fault } from './tree';

export interface EnvironmentFacts {
  /** By built entry point: the variables it does not start without. */
  required: Readonly<Record<string, readonly string[]>>;
  /** The variables docker/.env is made with. */
  written: readonly string[];
}

type Given = Readonly<Record<string, string>>;

/** The variables each service of a stack is given, against what is declared and what it does not start without. */
export function inspectEnvironment(facts: EnvironmentFacts, where: string, stack: Compose): Fault[] {
  return Object.entries(ENTRY_POINTS).flatMap(([name, script]) => {
    const given = givenTo(stack, name);
    return [
      ...Object.keys(given).flatMap((variable) => inspectVariable(name, variable, given[variable] ?? '')),
      ...(facts.required[script] ?? []).flatMap((variable) => inspectRequired(variable, given[variable])),
      ...inspectChannel(given.TELEMETRY_INTERNAL_URL),
    ].map((what) => ({ where, what: `${name} ${what}` }));
  });
}

function givenTo(stack: Compose, name: string): Given {
  const environment = stack.services[name]?.environment ?? {};
  return Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value ?? '')]));
}

function inspectVariable(name: string, variable: string, value: string): string[] {
  const declaration = DECLARED[variable];
  if (!declaration) return [`is given ${variable}, which is not declared in libs/config`];
  if (isKeptFrom(name, variable)) return [`is given ${variable}, which is kept from it`];
  return declaration.secret && interpolations(value).length === 0
    ? [`is given ${variable}: a secret is written into the file`]
    : [];
}

function inspectRequired(variable: string, value: string | undefined): string[] {
  if (!value) return [`is not given ${variable}, without which it does not start`];
  return interpolations(value)
    .filter(({ demanded }) => !demanded)
    .map(({ name }) => `is given ${variable} by ${name}, which may be empty: write \${${name}:?}`);
}

function inspectChannel(url: string | undefined): string[] {
  const wanted = `http://telemetry-api:${PORTS['telemetry-api']}`;
  return url === undefined || url === wanted ? [] : [`looks for telemetry-api at ${url}, not ${wanted}`];
}

/** What compose is asked to fill in and what docker/.env is made with are the same names. */
export function inspectWritten(facts: EnvironmentFacts, texts: readonly string[]): Fault[] {
  const used = new Set(texts.flatMap(interpolations).map(({ name }) => name));
  return [
    ...[...used]
      .filter((name) => !facts.written.includes(name))
      .map((name) => ({
        where: 'docker/make-env.mjs',
        what: `does not write ${name}, which compose asks for`,
      })),
    ...facts.written
      .filter((name) => !used.has(name))
      .map((name) => ({
        where: 'docker/make-env.mjs',
        what: `writes ${name}, which no compose file asks for`,
      })),
  ];
}
