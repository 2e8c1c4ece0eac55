import { RequestMethod, type INestApplicationContext, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { Request } from 'express';
import { readAccess, type AccessDeclaration } from './access';

type Handler = (...values: unknown[]) => unknown;

/** One route of the inventory. */
export interface Route {
  method: string;
  /** Template as registered, such as `/v1/patients/:id`. */
  path: string;
  access: AccessDeclaration | undefined;
  handler: Handler;
  controller: Type<unknown>;
}

const scanner = new MetadataScanner();

function paths(target: object): string[] {
  return [(Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined) ?? ''].flat();
}

function join(...parts: string[]): string {
  const words = parts.flatMap((part) => part.split('/')).filter(Boolean);
  return `/${words.join('/')}`;
}

function routesOf(controller: Type<unknown>): Route[] {
  const prototype = controller.prototype as Record<string, Handler>;
  return scanner.getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const method = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
    if (handler === undefined || method === undefined) return [];
    return paths(controller).flatMap((base) =>
      paths(handler).map((path) => ({
        method: RequestMethod[method],
        path: join(base, path),
        access: readAccess(handler, controller),
        handler,
        controller,
      })),
    );
  });
}

/** Every route of an application, controllers of all its modules, sorted by path and method. */
export function listRoutes(app: INestApplicationContext): Route[] {
  const discovery = new DiscoveryService(app.get(ModulesContainer));
  const controllers = discovery.getControllers().map(({ metatype }) => metatype as Type<unknown>);
  return [...new Set(controllers)]
    .flatMap(routesOf)
    .sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
}

/** Throws, naming every route that does not say who may call it. */
export function assertEveryRouteDeclared(app: INestApplicationContext): void {
  const missing = listRoutes(app).filter((route) => route.access === undefined);
  if (missing.length === 0) return;
  const names = missing.map(({ method, path, controller }) => `  ${method} ${path} (${controller.name})`);
  throw new Error(`These routes do not declare who may call them:\n${names.join('\n')}`);
}

/** The routes of a running application, looked up by request. */
export class RouteTable {
  private readonly byKey = new Map<string, Route>();
  private readonly templates: { segments: string[]; route: Route }[];

  constructor(readonly routes: Route[]) {
    for (const route of routes) this.byKey.set(`${route.method} ${route.path}`, route);
    this.templates = routes.map((route) => ({ segments: route.path.split('/'), route }));
  }

  /** Puts the table where {@link routeOf} finds it. */
  attach(locals: Record<string, unknown>): void {
    locals.routeTable = this;
  }

  /** The route Express has chosen for this request; undefined before it chose, or when none fits. */
  chosen(request: Request): Route | undefined {
    const path = (request.route as { path?: string } | undefined)?.path;
    if (typeof path !== 'string') return undefined;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    return this.byKey.get(`${method} ${path}`) ?? this.byKey.get(`ALL ${path}`);
  }

  /** Routes whose template fits a path, whatever the method. */
  matching(path: string): Route[] {
    const segments = path.replace(/\/+$/, '').split('/');
    return this.templates.filter((template) => fits(template.segments, segments)).map(({ route }) => route);
  }

  /** Methods a path answers to; empty when there is no such path. */
  methodsOf(path: string): string[] {
    const methods = new Set(this.matching(path).map(({ method }) => method));
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods].sort();
  }
}

function fits(template: string[], segments: string[]): boolean {
  if (template.length !== segments.length) return false;
  return template.every((word, index) => {
    const segment = segments[index] ?? '';
    return word.startsWith(':') ? segment !== '' : word.toLowerCase() === segment.toLowerCase();
  });
}

function tableOf(request: Request): RouteTable | undefined {
  return request.app.locals.routeTable as RouteTable | undefined;
}

/**
 * The route a request is for. For a request that was refused before routing it is the one route that fits path and
 * method; undefined for an unknown path.
 */
export function routeOf(request: Request): Route | undefined {
  const table = tableOf(request);
  if (!table) return undefined;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  return table.chosen(request) ?? table.matching(request.path).find((route) => route.method === method);
}

/** Methods the path of a request answers to; empty when there is no such path. */
export function allowedMethods(request: Request): string[] {
  return tableOf(request)?.methodsOf(request.path) ?? [];
}
