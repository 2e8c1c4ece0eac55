import ts from 'typescript';
import type { Tree } from '../packaging/packaging.service';
import { declarations, parseSource, sourcesIn, walk } from './source';

interface Dto {
  file: string;
  fields: string[];
  /** Classes its fields, its base or its mixins name. */
  names: string[];
}

/** A field of a request: where it is declared, and what it is called. */
export interface RequestField {
  file: string;
  dto: string;
  field: string;
}

export interface RequestFields {
  /** Classes of contracts that were looked at. */
  classes: ReadonlySet<string>;
  fields: RequestField[];
}

/** Every field a request validated as one of these classes can carry, in bases, mixins and nested classes too. */
export function requestFields(tree: Tree, types: readonly string[]): RequestFields {
  const dtos = readDtos(tree);
  const classes = new Set<string>();
  const waiting = [...types];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const dto = dtos.get(name);
    if (!dto || classes.has(name)) continue;
    classes.add(name);
    waiting.push(...dto.names);
  }
  const fields = [...dtos]
    .filter(([dto]) => classes.has(dto))
    .flatMap(([dto, { file, fields: own }]) => own.map((field) => ({ file, dto, field })));
  return { classes, fields };
}

function readDtos(tree: Tree): Map<string, Dto> {
  const dtos = new Map<string, Dto>();
  for (const file of sourcesIn(tree, 'libs/contracts/src')) {
    for (const node of declarations(parseSource(tree, file))) {
      if (ts.isClassDeclaration(node) && node.name) dtos.set(node.name.text, readDto(file, node));
    }
  }
  return dtos;
}

function readDto(file: string, node: ts.ClassDeclaration): Dto {
  const names: string[] = [];
  walk(node, (inner) => {
    if (ts.isIdentifier(inner) && /^[A-Z]/.test(inner.text)) names.push(inner.text);
  });
  const fields = node.members.filter(ts.isPropertyDeclaration).map(({ name }) => nameOf(name));
  return { file, fields, names };
}

const nameOf = (name: ts.PropertyName): string => (ts.isStringLiteral(name) ? name.text : name.getText());
