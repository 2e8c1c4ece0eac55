import { parse } from 'yaml';

export interface Job {
  name: string;
  /** Actions it uses, as written. */
  actions: string[];
  /** Command lines. */
  runs: string[];
  /** Its own variables and those of its steps. */
  environment: Record<string, string>;
  /** Service containers. */
  servers: { name: string; image: string; ports: string[] }[];
}

interface WrittenStep {
  uses?: string;
  run?: string;
  env?: Record<string, unknown>;
}

interface WrittenJob {
  steps?: WrittenStep[];
  env?: Record<string, unknown>;
  services?: Record<string, { image?: string; ports?: unknown[] }>;
}

/** The jobs of a GitHub workflow. */
export function parseWorkflow(text: string): Job[] {
  const { jobs } = parse(text) as { jobs?: Record<string, WrittenJob> };
  return Object.entries(jobs ?? {}).map(([name, job]) => readJob(name, job));
}

function readJob(name: string, { steps = [], env = {}, services = {} }: WrittenJob): Job {
  const variables = Object.assign({}, env, ...steps.map((step) => step.env ?? {})) as Record<string, unknown>;
  return {
    name,
    actions: steps.flatMap(({ uses }) => uses ?? []),
    runs: steps.flatMap(({ run }) => run?.split('\n').filter((line) => line.trim() !== '') ?? []),
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
    servers: Object.entries(services).map(([service, { image = '', ports = [] }]) => ({
      name: service,
      image,
      ports: ports.map(String),
    })),
  };
}
