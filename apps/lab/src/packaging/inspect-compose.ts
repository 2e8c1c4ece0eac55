import { networksOf, type Compose, type ComposeService } from './compose';
import { imageFault, imageName } from './image';
import { entryPointFaults, scriptOf } from './inspect-dockerfiles';
import { ENTRY_POINTS, imageOwner, MIGRATIONS, PORTS, SERVICES, STORES } from './services';
import type { Fault, Tree } from './tree';

/** A stack: its services, what they run, what they publish and what they mount. `where` names it in the faults. */
export function inspectStack(tree: Tree, where: string, stack: Compose): Fault[] {
  const services = Object.entries(stack.services);
  return [
    ...inspectNames(Object.keys(stack.services)),
    ...services.flatMap(([name, service]) =>
      [
        ...inspectImage(tree, name, service),
        ...inspectCommand(tree, name, service),
        ...inspectVolumes(tree, stack, service),
        ...inspectOrder(stack, service),
      ].map((what) => `${name} ${what}`),
    ),
    ...privacyFaults(stack),
  ].map((what) => ({ where, what }));
}

function inspectNames(names: string[]): string[] {
  const wanted = [...SERVICES, ...MIGRATIONS, ...Object.keys(STORES)] as string[];
  return [
    ...wanted.filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
    ...names
      .filter((name) => !wanted.includes(name))
      .map((name) => `${name} is not a service of the platform`),
  ];
}

function inspectImage(tree: Tree, name: string, { image, build }: ComposeService): string[] {
  if (!image) return ['has no image'];
  const faults = [imageFault(image)].flatMap((fault) => fault ?? []);
  const owner = imageOwner(name);
  const store = (STORES as Record<string, string>)[name];
  if (store && imageName(image) !== store) faults.push(`is ${image}, not ${store}`);
  if (owner && !imageName(image).endsWith(`/${owner}`)) faults.push(`is ${image}, not an image of ${owner}`);
  return [...faults, ...inspectBuild(tree, owner, build)];
}

function inspectBuild(tree: Tree, owner: string | null, build: ComposeService['build']): string[] {
  if (!build) return [];
  const context = fromDocker(build.context ?? '.');
  const dockerfile = build.dockerfile ?? 'Dockerfile';
  if (context !== '') return [`is built in ${context}, not at the top of the workspace`];
  if (!tree.exists(dockerfile)) return [`is built from ${dockerfile}: no such file`];
  return dockerfile === `docker/${owner}.Dockerfile` ? [] : [`is built from ${dockerfile}`];
}

function inspectCommand(tree: Tree, name: string, { command, entrypoint }: ComposeService): string[] {
  const expected = ENTRY_POINTS[name];
  if (!expected) return [];
  if (entrypoint) return ['has an entry point of its own'];
  if (!command) return name.endsWith('-migrations') ? ['migrates nothing'] : [];
  const script = scriptOf([command].flat());
  return script === expected
    ? entryPointFaults(tree, script)
    : [`starts ${script}, which is not ${expected}`];
}

function inspectVolumes(tree: Tree, stack: Compose, { volumes = [] }: ComposeService): string[] {
  return volumes.flatMap((volume) => {
    const source = typeof volume === 'string' ? (volume.split(':')[0] ?? '') : (volume.source ?? '');
    if (!/^[./]/.test(source)) {
      return source in stack.volumes ? [] : [`mounts ${source}: no such volume is declared`];
    }
    const path = fromDocker(source);
    if (!tree.exists(path)) return [`mounts ${path}: no such file`];
    return path.endsWith('.sh') && !tree.isExecutable(path) ? [`mounts ${path}: it is not executable`] : [];
  });
}

function inspectOrder(stack: Compose, { depends_on = {} }: ComposeService): string[] {
  return Object.entries(depends_on).flatMap(([name, { condition }]) => {
    if (!(name in stack.services)) return [`waits for ${name}: no such service`];
    const ends = name.endsWith('-migrations');
    return ends === (condition === 'service_completed_successfully') ? [] : [`waits for ${name} wrongly`];
  });
}

/**
 * What of a stack lets anybody but core-api near the record or the stores: a published port of anything but core-api,
 * the host's network, a network that is not internal, or a store of the record on a network that core-api is on.
 */
export function privacyFaults(stack: Compose): string[] {
  return Object.entries(stack.services).flatMap(([name, service]) => {
    const faults = inspectPorts(name, service);
    if (service.network_mode) faults.push(`uses network_mode ${service.network_mode}`);
    for (const network of networksOf(service)) {
      const declared = network in stack.networks;
      if (!declared) faults.push(`is on the network ${network}, which is not declared`);
      else if (name !== 'core-api' && !stack.networks[network]?.internal) {
        faults.push(`is on the network ${network}, which is not internal`);
      }
    }
    return [...faults, ...nearnessFaults(stack, name, service)].map((what) => `${name} ${what}`);
  });
}

/** core-api reaches the record through telemetry-api only. */
function nearnessFaults(stack: Compose, name: string, service: ComposeService): string[] {
  if (name !== 'timescaledb' && name !== 'clickhouse') return [];
  const near = networksOf(stack.services['core-api'] ?? {});
  return networksOf(service)
    .filter((network) => near.includes(network))
    .map((network) => `shares the network ${network} with core-api`);
}

function inspectPorts(name: string, { ports = [] }: ComposeService): string[] {
  if (name !== 'core-api') return ports.length > 0 ? [`publishes a port: ${JSON.stringify(ports)}`] : [];
  const wanted = `127.0.0.1:${PORTS['core-api']}:${PORTS['core-api']}`;
  return ports.filter((port) => port !== wanted).map((port) => `publishes ${String(port)}, not ${wanted}`);
}

/** A path written in a compose file, from the top of the workspace. */
function fromDocker(path: string): string {
  const parts: string[] = ['docker'];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
