import { isIgnored } from './docker-ignore';
import { parseDockerfile, type Copied, type Stage } from './dockerfile';
import { imageFault } from './image';
import { ENTRY_POINTS, PORTS, SERVICES, type Service } from './services';
import type { Fault, Tree } from './tree';

/** The Dockerfile of each service against the tree, the configuration and the routes that answer without a token. */
export function inspectDockerfiles(tree: Tree, openRoutes: readonly string[]): Fault[] {
  return SERVICES.flatMap((service) => {
    const where = `docker/${service}.Dockerfile`;
    if (!tree.exists(where)) return [{ where, what: 'is missing' }];
    const stages = parseDockerfile(tree.text(where));
    const image = stages.at(-1) ?? stages[0];
    return [
      ...inspectImages(stages),
      ...inspectCopies(tree, stages),
      ...inspectRuns(tree, stages, service),
      ...inspectResult(image),
      ...inspectStart(tree, image, service),
      ...inspectHealth(image, service, openRoutes),
    ].map((what) => ({ where, what }));
  });
}

function inspectImages(stages: Stage[]): string[] {
  const named = stages.map(({ name }) => name);
  return stages.filter(({ image }) => !named.includes(image)).flatMap(({ image }) => imageFault(image) ?? []);
}

function inspectCopies(tree: Tree, stages: Stage[]): string[] {
  return stages.flatMap((stage, index) => {
    const earlier = stages.slice(0, index).map(({ name }) => name);
    return stage.copies.flatMap((copy) => inspectCopy(tree, copy, earlier));
  });
}

function inspectCopy(tree: Tree, { from, sources }: Copied, earlier: (string | null)[]): string[] {
  if (from !== null) return earlier.includes(from) ? [] : [`COPY --from=${from}: there is no such stage`];
  const ignore = tree.exists('.dockerignore') ? tree.text('.dockerignore') : '';
  return sources.flatMap((source) => {
    if (!tree.exists(source)) return [`COPY ${source}: there is no such file`];
    return isIgnored(ignore, source) ? [`COPY ${source}: .dockerignore keeps it out`] : [];
  });
}

/** Packages by the lockfile and without their install scripts; projects that exist; the service among them. */
function inspectRuns(tree: Tree, stages: Stage[], service: Service): string[] {
  const runs = stages.flatMap((stage) => stage.runs);
  const installs = runs.filter((run) => /\bnpm (install|ci)\b/.test(run));
  const projects = runs.flatMap((run) => /nx run-many -t build -p (.+)$/.exec(run)?.[1]?.split(/\s+/) ?? []);
  return [
    ...(installs.some((run) => run.includes('--omit=dev')) ? [] : ['installs no production packages']),
    ...installs
      .filter((run) => !run.includes('--ignore-scripts'))
      .map((run) => `${run}: runs scripts of packages`),
    ...(projects.includes(service) ? [] : [`does not build ${service}`]),
    ...projects.filter((name) => !isProject(tree, name)).map((name) => `builds ${name}: no such project`),
  ];
}

function isProject(tree: Tree, pattern: string): boolean {
  const name = pattern.replaceAll("'", '');
  if (name.endsWith('/*')) return tree.names(name.slice(0, -2)).length > 0;
  return [`apps/${name}`, `libs/${name}`, name].some((folder) => tree.exists(`${folder}/project.json`));
}

/** What the image is: nothing of the build context but the manifest, and nobody's root. */
function inspectResult({ users, copies, environment }: Stage): string[] {
  const direct = copies.filter(({ from }) => from === null).flatMap(({ sources }) => sources);
  const user = users.at(-1);
  return [
    ...(user && !/^(root|0)(:|$)/.test(user) ? [] : ['runs as root']),
    ...direct
      .filter((source) => source !== 'package.json')
      .map((source) => `COPY ${source}: sources in the image`),
    ...(environment.includes('NODE_ENV') ? [] : ['sets no NODE_ENV']),
  ];
}

function inspectStart(tree: Tree, { entryPoints, commands }: Stage, service: Service): string[] {
  const words = [...(entryPoints.at(-1) ?? []), ...(commands.at(-1) ?? [])];
  if (words[0] !== 'node') return ['is not started by node itself, so no signal reaches it'];
  const script = scriptOf(words);
  if (script !== ENTRY_POINTS[service]) return [`starts ${script}, not ${ENTRY_POINTS[service]}`];
  return entryPointFaults(tree, script);
}

/** The built script among the words of a command. */
export const scriptOf = (words: readonly string[]): string =>
  words.find((word) => word.startsWith('dist/')) ?? 'nothing built';

/** Whether the build makes a script: dist/<same path>.js from <same path>.ts. */
export function entryPointFaults(tree: Tree, script: string): string[] {
  const source = script.replace(/^dist\//, '').replace(/\.js$/, '.ts');
  return tree.exists(source) ? [] : [`starts ${script}, which no source builds`];
}

function inspectHealth(
  { healthChecks, exposed }: Stage,
  service: Service,
  openRoutes: readonly string[],
): string[] {
  const port = String(PORTS[service]);
  const faults =
    exposed.length === 1 && exposed[0] === port ? [] : [`exposes ${exposed.join(', ')}, not ${port}`];
  const [words, ...others] = healthChecks;
  if (!words || others.length > 0) return [...faults, 'has not exactly one health check'];
  const url = /http:\/\/127\.0\.0\.1:(\d+)(\/[\w/-]*)/.exec(words.join(' '));
  if (words[0] !== 'node' || !url) return [...faults, 'asks for its health by other means than node'];
  if (url[1] !== port) faults.push(`asks port ${url[1]} for its health, not ${port}`);
  if (!openRoutes.includes(`GET ${url[2]}`)) faults.push(`asks ${url[2]} for its health: no such open route`);
  return faults;
}
