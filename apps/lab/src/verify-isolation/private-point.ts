import { VARIABLES } from '@restartix/config';
import { privacyFaults, readStacks, type Tree } from '../packaging/packaging.service';
import type { Point, Statement } from './point';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** Point 10; the default address is given so that another one can be looked at. */
export const privatePoint = (
  host: string | undefined = VARIABLES.telemetryApi.TELEMETRY_HOST.default,
): Point => ({
  number: 10,
  requirement: 'B028',
  claim: 'telemetry-api is reachable on the private network only',
  built: true,
  look: (tree) => [
    listensPrivately(host),
    ...Object.entries(readStacks(tree)).map(isPrivate),
    staysUnpublished(tree),
  ],
  proofs: [
    { spec: 'apps/core-api/test/resilience.e2e.spec.ts', title: 'telemetry-api refuses who is not core-api' },
    {
      spec: 'apps/lab/test/packaging.spec.ts',
      title: 'a published port of telemetry-api, in production',
    },
  ],
  note: 'The network of a deployment is the operator’s: nothing here describes a VPC yet.',
});

function listensPrivately(host: string | undefined): Statement {
  return {
    says: `TELEMETRY_HOST is ${host} unless it is configured`,
    faults: host && LOOPBACK.includes(host) ? [] : ['that is not an address of this machine alone'],
  };
}

function isPrivate([name, stack]: [string, ReturnType<typeof readStacks>[string]]): Statement {
  return {
    says: `In the ${name} stack core-api alone publishes a port and all other networks are internal`,
    faults: 'telemetry-api' in stack.services ? privacyFaults(stack) : ['there is no telemetry-api in it'],
  };
}

/** The image says which port it has, and publishes it to nobody by itself. */
function staysUnpublished(tree: Tree): Statement {
  const path = 'docker/telemetry-api.Dockerfile';
  const faults = /^\s*ENV\b.*\bTELEMETRY_HOST\b/m.test(tree.text(path))
    ? [`${path} sets TELEMETRY_HOST`]
    : [];
  return { says: 'The image leaves the address it listens on to the stack', faults };
}
