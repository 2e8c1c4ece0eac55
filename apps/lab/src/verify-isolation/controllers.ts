import ts from 'typescript';
import type { Tree } from '../packaging/packaging.service';
import { declarations, decoratorsOf, parseSource, sourcesIn } from './source';

/** What a handler takes from a request by a decorator of Nest. */
export interface Taken {
  /** Param, Query, Body, Headers … */
  from: string;
  /** The one name it takes; null: everything. */
  name: string | null;
  /** The type it is validated as. */
  type: string | null;
}

export interface Handler {
  name: string;
  decorators: string[];
  takes: Taken[];
}

export interface Controller {
  file: string;
  name: string;
  decorators: string[];
  handlers: Handler[];
}

/** Every controller below a folder, as its source declares it. */
export function readControllers(tree: Tree, folder: string): Controller[] {
  return sourcesIn(tree, folder).flatMap((file) =>
    tree.text(file).includes('@Controller(') ? controllersOf(tree, file) : [],
  );
}

function controllersOf(tree: Tree, file: string): Controller[] {
  return declarations(parseSource(tree, file))
    .filter((node): node is ts.ClassDeclaration => ts.isClassDeclaration(node))
    .filter((node) => decoratorsOf(node).some((text) => text.startsWith('Controller(')))
    .map((node) => ({
      file,
      name: node.name?.text ?? '',
      decorators: decoratorsOf(node),
      handlers: node.members.filter(ts.isMethodDeclaration).map(handlerOf).filter(isRoute),
    }));
}

function handlerOf(method: ts.MethodDeclaration): Handler {
  return {
    name: method.name.getText(),
    decorators: decoratorsOf(method),
    takes: method.parameters.flatMap(takenBy),
  };
}

const isRoute = ({ decorators }: Handler): boolean =>
  decorators.some((text) => /^(Get|Post|Put|Patch|Delete|Head|Options|All|Sse)\(/.test(text));

function takenBy(parameter: ts.ParameterDeclaration): Taken[] {
  return (ts.getDecorators(parameter) ?? []).map(({ expression }) => {
    const call = ts.isCallExpression(expression) ? expression : null;
    const [first] = call?.arguments ?? [];
    return {
      from: (call?.expression ?? expression).getText(),
      name: first && ts.isStringLiteral(first) ? first.text : null,
      type: parameter.type?.getText() ?? null,
    };
  });
}
