import { parseCompose, type Compose } from './compose';
import { inspectStack } from './inspect-compose';
import { inspectDockerfiles } from './inspect-dockerfiles';
import { inspectEnvironment, inspectWritten, type EnvironmentFacts } from './inspect-environment';
import { inspectWorkflows, type WorkflowFacts } from './inspect-workflows';
import type { Fault, Tree } from './tree';

export { privacyFaults } from './inspect-compose';
export { DECLARED, ENTRY_POINTS } from './services';
export { readTree, type Fault, type Tree } from './tree';

/** What the files of the packaging cannot say of themselves. */
export interface Facts extends EnvironmentFacts, Omit<WorkflowFacts, 'images'> {
  /** Routes that answer without a token, such as "GET /health/live". */
  openRoutes: readonly string[];
}

/** The stacks, by the files laid over one another. */
export const STACKS: Readonly<Record<string, readonly string[]>> = {
  development: ['docker/compose.yml', 'docker/compose.dev.yml'],
  production: ['docker/compose.yml', 'docker/compose.prod.yml'],
};

/** Each stack as docker compose would see it, by name. */
export function readStacks(tree: Tree): Record<string, Compose> {
  return Object.fromEntries(
    Object.entries(STACKS).map(([name, files]) => [
      name,
      parseCompose(...files.map((file) => tree.text(file))),
    ]),
  );
}

/** Everything about images, stacks and workflows that does not fit the tree, the configuration or the routes. */
export function inspectPackaging(tree: Tree, facts: Facts): Fault[] {
  const stacks = Object.entries(readStacks(tree));
  const files = [...new Set(Object.values(STACKS).flat())];
  const images = stacks.flatMap(([, stack]) =>
    Object.values(stack.services).flatMap(({ image }) => image ?? []),
  );
  return [
    ...inspectDockerfiles(tree, facts.openRoutes),
    ...stacks.flatMap(([name, stack]) => inspectStack(tree, `the ${name} stack`, stack)),
    ...stacks.flatMap(([name, stack]) => inspectEnvironment(facts, `the ${name} stack`, stack)),
    ...inspectWritten(
      facts,
      files.map((file) => tree.text(file)),
    ),
    ...inspectWorkflows(tree, { ...facts, images }),
  ];
}
