import ts from 'typescript';
import type { Tree } from '../packaging/packaging.service';

/** A TypeScript file of the tree as its syntax. */
export function parseSource(tree: Tree, path: string): ts.SourceFile {
  return ts.createSourceFile(path, tree.text(path), ts.ScriptTarget.Latest, true);
}

/** The TypeScript below a folder, without specs and the test floor. */
export function sourcesIn(tree: Tree, ...folders: string[]): string[] {
  return folders
    .flatMap((folder) => tree.files(folder))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .filter((path) => !/^libs\/(embedded|vendor-lab|testing)\//.test(path));
}

/** What a file declares at its top. */
export const declarations = (source: ts.SourceFile): readonly ts.Statement[] => source.statements;

/** Every node below one, depth first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** Its decorators as they are written, without the @. */
export function decoratorsOf(node: ts.HasDecorators): string[] {
  return (ts.getDecorators(node) ?? []).map(({ expression }) => expression.getText());
}

/** Whether a name speaks of an organization: the tenant under any of the words for it. */
export const namesOrganization = (name: string): boolean =>
  /(^|[._-])(org|organi[sz]ation|tenant)s?([._-]?(id|ref|slug|key))?$|^(org|organi[sz]ation|tenant)(Id|Ref|Slug|Key)?$/i.test(
    name,
  );
