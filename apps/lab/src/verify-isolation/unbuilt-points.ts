import type { Tree } from '../packaging/packaging.service';
import type { Point, Statement } from './point';

/** Sources of the services, without their tests and without what only tests and the lab stand on. */
function sources(tree: Tree): string[] {
  return ['apps/core-api/src', 'apps/telemetry-api/src', 'libs']
    .flatMap((folder) => tree.files(folder))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .filter((path) => !/^libs\/(embedded|vendor-lab|testing)\//.test(path));
}

/** Holds only as long as there is nothing to check: once the feature is there, its point must look at it. */
function absent(what: string, found: string[]): Statement[] {
  const faults = found.slice(0, 3).map((path) => `${path} is there, and this point does not look at it yet`);
  return [{ says: `There is no ${what}`, faults }];
}

const named = (tree: Tree, pattern: RegExp) => sources(tree).filter((path) => pattern.test(path));
const video = (tree: Tree) => absent('video room', named(tree, /\/video\/|\/daily[.-]/));
const webhooks = (tree: Tree) => absent('outgoing webhook', named(tree, /\/webhooks\//));
/** The audit log's copy lies in a bucket of its own, which core-api knows nothing of. */
const AUDIT_COPY = 'apps/telemetry-api/src/sealing/s3.adapter.ts';
const storage = (tree: Tree) =>
  absent(
    'object storage of files',
    sources(tree).filter(
      (path) => path !== AUDIT_COPY && /['"]@aws-sdk\/client-s3['"]/.test(tree.text(path)),
    ),
  );

type Claim = Pick<Point, 'number' | 'requirement' | 'claim' | 'look'> &
  Partial<Pick<Point, 'proofs' | 'note'>>;

const unbuilt = (claim: Claim): Point => ({ proofs: [], ...claim, built: false });

/** The points of what does not exist yet. */
export const UNBUILT_POINTS: readonly Point[] = [
  unbuilt({
    number: 1,
    requirement: 'B019',
    claim: 'Video room names start with the organization, or a row says whose they are',
    look: video,
  }),
  unbuilt({
    number: 2,
    requirement: 'B020',
    claim: 'Clients get meeting tokens, not room names',
    look: video,
  }),
  unbuilt({
    number: 3,
    requirement: 'B021',
    claim: 'Object keys always start with the organization',
    look: storage,
  }),
  unbuilt({
    number: 4,
    requirement: 'B022',
    claim: 'A key that leaves its organization is refused',
    look: storage,
  }),
  unbuilt({ number: 5, requirement: 'B023', claim: 'Public access to the bucket is blocked', look: storage }),
  unbuilt({
    number: 6,
    requirement: 'B024',
    claim: 'The bucket refuses unencrypted uploads',
    look: storage,
  }),
  unbuilt({
    number: 8,
    requirement: 'B026',
    claim: 'Webhook payloads hold nothing personal',
    look: webhooks,
  }),
];
