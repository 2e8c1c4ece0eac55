import type { Variable } from './variable';

export type Declarations = Record<string, Variable<unknown>>;

export type Config<D extends Declarations> = {
  readonly [K in keyof D]: D[K] extends Variable<infer T> ? T : never;
};

/** Every fault of the environment at once, one line each. */
export class ConfigError extends Error {
  constructor(readonly faults: string[]) {
    super(`The configuration is not complete:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the declared variables from an environment. An empty text counts as absent. `together` names what is wrong
 * with values that are fine one by one. Throws {@link ConfigError}.
 */
export function loadConfig<D extends Declarations>(
  declarations: D,
  environment: NodeJS.ProcessEnv,
  together: (config: Config<D>) => string[] = () => [],
): Config<D> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(declarations)) {
    const text = textOf(name, variable, environment);
    if (text === undefined) {
      if (!variable.optional) faults.push(`${name} is missing: ${variable.doc}`);
      continue;
    }
    try {
      values[name] = variable.parse(text);
    } catch (error) {
      faults.push(`${name} ${(error as Error).message}`);
    }
  }
  if (faults.length === 0) faults.push(...together(values as Config<D>));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(values) as Config<D>;
}

function textOf(
  name: string,
  { alias, default: otherwise }: Variable<unknown>,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  return environment[name] || (alias && environment[alias]) || otherwise;
}

/** As {@link loadConfig} from the process environment; prints the faults and ends the process with code 78. */
export function loadConfigOrExit<D extends Declarations>(
  declarations: D,
  together?: (config: Config<D>) => string[],
): Config<D> {
  try {
    return loadConfig(declarations, process.env, together);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG of sysexits.h
  }
}
