import { imageFault } from './image';
import type { Fault, Tree } from './tree';
import { parseWorkflow, type Job } from './workflow';

export interface WorkflowFacts {
  /** Names of the npm scripts. */
  scripts: readonly string[];
  /** Variables the tests take their servers from. */
  testVariables: readonly string[];
  /** The images the stack runs on. */
  images: readonly string[];
}

const FOLDER = '.github/workflows';

/** The workflows against the tree, the npm scripts and the stack. */
export function inspectWorkflows(tree: Tree, facts: WorkflowFacts): Fault[] {
  const files = tree.names(FOLDER).filter((name) => /\.ya?ml$/.test(name));
  if (files.length === 0) return [{ where: FOLDER, what: 'there is no workflow' }];
  return files.flatMap((file) => {
    const where = `${FOLDER}/${file}`;
    return parseWorkflow(tree.text(where)).flatMap((job) =>
      [
        ...job.runs.flatMap((run) => inspectRun(tree, run, facts.scripts)),
        ...missingPaths(
          tree,
          Object.values(job.environment).flatMap((value) => value.split(/\s+/)),
        ),
        ...inspectActions(job),
        ...inspectServers(job, facts),
        ...inspectUrls(job, facts),
      ].map((what) => ({ where, what: `${job.name}: ${what}` })),
    );
  });
}

/** Scripts that npm knows; files of the workspace that exist, and can be run where they are run. */
function inspectRun(tree: Tree, run: string, scripts: readonly string[]): string[] {
  const words = run.trim().split(/\s+/);
  const [first = ''] = words;
  const script = /\bnpm (?:run )?([\w:-]+)/.exec(run)?.[1];
  return [
    ...(script && !scripts.includes(script) ? [`runs npm ${script}: no such script`] : []),
    ...(isPath(first) && !tree.isExecutable(first) ? [`runs ${first}, which cannot be run`] : []),
    ...missingPaths(tree, words),
  ];
}

function missingPaths(tree: Tree, words: string[]): string[] {
  return words
    .filter((word) => isPath(word) && !tree.exists(word))
    .map((path) => `names ${path}: no such file`);
}

const isPath = (word: string): boolean => /^(\.ci|apps|libs|docker|migrations)\//.test(word);

function inspectActions({ actions }: Job): string[] {
  return actions
    .filter((action) => !/@[0-9a-f]{40}$/.test(action))
    .map((action) => `uses ${action}: name a commit, a tag can be moved`);
}

function inspectServers({ servers }: Job, { images }: WorkflowFacts): string[] {
  return servers.flatMap(({ name, image }) => {
    const fault = imageFault(image);
    if (fault) return [fault];
    return images.includes(image) ? [] : [`${name} is ${image}, which is not what the stack runs on`];
  });
}

/** Every TEST_ variable is one that the tests read, and leads to a server of the job. */
function inspectUrls({ environment, servers }: Job, { testVariables }: WorkflowFacts): string[] {
  const published = servers.flatMap(({ ports }) => ports.map((port) => port.split(':')[0]));
  const given = Object.entries(environment).filter(([name]) => name.startsWith('TEST_'));
  if (servers.length > 0) {
    const missing = testVariables.filter((name) => !(name in environment));
    if (missing.length > 0) return missing.map((name) => `has servers but does not give ${name}`);
  }
  return given.flatMap(([name, url]) => {
    if (!testVariables.includes(name)) return [`gives ${name}, which no test reads`];
    return published.includes(new URL(url).port) ? [] : [`gives ${name} as ${url}: no server is there`];
  });
}
