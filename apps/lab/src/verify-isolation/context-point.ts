import ts from 'typescript';
import type { Tree } from '../packaging/packaging.service';
import { readControllers, type Controller } from './controllers';
import type { Point, Statement } from './point';
import { requestFields } from './request-fields';
import { namesOrganization, parseSource, sourcesIn, walk } from './source';

const CORE = 'apps/core-api/src';
/** Fields that say again whose session a token is of: any other value than the token's is refused. */
const COMPARED_WITH_THE_TOKEN = ['SessionItemsRequest.organization_id'];

/** Point 12. */
export const CONTEXT_POINT: Point = {
  number: 12,
  requirement: 'B030',
  claim: 'No client takes an organization from request parameters: it comes from the token',
  built: true,
  look: (tree) => {
    const controllers = readControllers(tree, CORE);
    return [
      noHandlerTakesOne(controllers),
      noRequestCarriesOne(tree, controllers),
      noHeaderIsRead(tree),
      noClientIsTold(tree),
    ];
  },
  proofs: [
    {
      spec: 'apps/core-api/test/bad-input.e2e.spec.ts',
      title: 'ignores an organization a client claims in headers',
    },
    {
      spec: 'apps/core-api/test/identity.e2e.spec.ts',
      title: 'sees and changes the own organization only',
    },
    {
      spec: 'apps/core-api/test/generated/isolation.e2e.spec.ts',
      title: 'is closed in an organization the caller is no member of',
    },
    {
      spec: 'apps/core-api/test/exercise-sessions.e2e.spec.ts',
      title: 'opens its doors by its own token only',
    },
  ],
  note: '/v1/organizations/{id} takes an id and answers for the active organization alone: identity.e2e proves it.',
};

/** Parameters, queries, headers and parts of a body by their names; segments of paths too. */
function noHandlerTakesOne(controllers: Controller[]): Statement {
  const handlers = controllers.flatMap(({ file, decorators, handlers: own }) =>
    own.map((handler) => ({ file, handler, texts: [...decorators, ...handler.decorators] })),
  );
  const faults = handlers.flatMap(({ file, handler, texts }) => {
    const paths = texts.flatMap((text) => [...text.matchAll(/:(\w+)/g)].map(([, name = '']) => name));
    const taken = handler.takes.flatMap(({ name }) => name ?? []);
    return [...paths, ...taken]
      .filter(namesOrganization)
      .map((name) => `${file}: ${handler.name} takes ${name} from the request`);
  });
  return {
    says: `None of ${handlers.length} handlers of core-api takes an organization by name`,
    faults: handlers.length > 0 ? [...new Set(faults)] : ['there is no handler to look at'],
  };
}

/** The fields of every body and query that is validated; a type that is not a class of contracts is a fault. */
function noRequestCarriesOne(tree: Tree, controllers: Controller[]): Statement {
  const types = controllers
    .flatMap(({ handlers }) => handlers.flatMap(({ takes }) => takes))
    .filter(({ from, name }) => ['Body', 'Query', 'Param'].includes(from) && name === null)
    .map(({ type }) => type ?? 'a body of no type');
  const { classes, fields } = requestFields(tree, types);
  return {
    says: `None of ${fields.length} fields of ${classes.size} request classes names one`,
    faults: [
      ...[...new Set(types)]
        .filter((type) => !classes.has(type))
        .map((type) => `${type} is no class of contracts`),
      ...fields
        .filter(
          ({ dto, field }) =>
            namesOrganization(field) && !COMPARED_WITH_THE_TOKEN.includes(`${dto}.${field}`),
        )
        .map(({ file, dto, field }) => `${file}: ${dto}.${field} names an organization`),
    ],
  };
}

function noHeaderIsRead(tree: Tree): Statement {
  const faults = sourcesIn(tree, CORE, 'libs/tenancy/src', 'libs/http/src').flatMap((path) => {
    const found: string[] = [];
    walk(parseSource(tree, path), (node) => {
      if (ts.isStringLiteralLike(node) && /^x-.*(org|tenant|clinic)/i.test(node.text)) found.push(node.text);
    });
    return found.map((header) => `${path} knows a header ${header}`);
  });
  return { says: 'No header that names one is known to core-api', faults };
}

/** Methods of adapters, ports and the channel: the organization is bound when the client is made. */
function noClientIsTold(tree: Tree): Statement {
  const clients = sourcesIn(tree, CORE, 'libs').filter((path) =>
    /\.(adapter|port)\.ts$|-client\.ts$/.test(path),
  );
  const faults = clients.flatMap((path) => {
    const found: string[] = [];
    walk(parseSource(tree, path), (node) => {
      if (!ts.isMethodDeclaration(node) && !ts.isMethodSignature(node)) return;
      for (const { name } of node.parameters) {
        if (namesOrganization(name.getText())) found.push(`${node.name.getText()}(${name.getText()})`);
      }
    });
    return found.map((method) => `${path}: ${method} is told an organization`);
  });
  return {
    says: `No method of ${clients.length} clients of others is told one`,
    faults: clients.length > 0 ? faults : ['there is no client to look at'],
  };
}
