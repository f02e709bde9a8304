import nodeModule from "node:module";
import { bareUrl, displayPath } from "../util/call-site.ts";

// A class that is not exported is reached from inside its module: a closure over its name is planted there before
// the module is evaluated. It also sees the class when the evaluation hangs in a top-level await, or throws later.

/** Stands in planted code for the URL under which the module is loaded: loaders add queries. */
const OWN_URL = "concurry:own-url";

/** Columns that the planted code takes on a line, so that positions can be compared all the same. */
const planted = new Map<string, { readonly line: number; readonly columns: number }>();

/** By how many columns planted code moved what stands on `line` of `url`. */
export function plantedColumns(url: string, line: number): number {
  const entry = planted.get(bareUrl(url));
  return entry?.line === line ? entry.columns : 0;
}

/** Plants the binder for `className` in the module at `url` when it is loaded next. */
export function plantBinder(url: string, className: string): void {
  const code = binderCode(url, className);
  plantInCommonJs(displayPath(url), code);
  plantInEsModule(bareUrl(url), code, true);
}

/** @param takesCommonJs Whether the code can also stand in CommonJS that is loaded by the loader of ES modules. */
function plantInEsModule(target: string, code: string, takesCommonJs: boolean): void {
  if (typeof hooks.registerHooks === "function") plantInEsm(target, code, takesCommonJs);
  else plantInEsmOffThread(target, code);
}

/** Lets the host see the exports of the ES module at `url` while its evaluation, which comes next, is not over. */
export function plantNamespace(url: string): void {
  const target = JSON.stringify(bareUrl(url));
  // A module may import itself: what it gets is its namespace, from the start.
  const code =
    `import * as __concurry from "${OWN_URL}";` +
    `try{globalThis[Symbol.for("concurry.realm.1")].bind(${target},()=>__concurry)}catch{};`;
  plantInEsModule(bareUrl(url), code, false);
}

/** `source` with the binder on its first line, or on its second below `#!`; all lines keep their numbers. */
export function withBinder(source: string, code: string): string {
  const start = bangLength(source);
  return source.slice(0, start) + code + source.slice(start);
}

/** CommonJS `source` with the binder behind it; inside the function that tsx wraps around a module. */
export function withBinderBehind(source: string, code: string): string {
  const wrapperEnd = /\n\}\)\(\)\s*(?:\/\/#[^\n]*\s*)?$/.exec(source)?.index ?? source.length;
  return `${source.slice(0, wrapperEnd)}\n${code}${source.slice(wrapperEnd)}`;
}

/** The code that is planted: one statement, on one line, that never throws. */
export function binderCode(url: string, className: string): string {
  const read = `()=>{try{return ${className}}catch{}}`;
  return `;try{globalThis[Symbol.for("concurry.realm.1")].bind(${JSON.stringify(bareUrl(url))},${read})}catch{};`;
}

interface LoadResult {
  readonly format?: string | null;
  readonly source?: string | ArrayBuffer | NodeJS.TypedArray | null;
}
type Load = (url: string, context: object, next: (url: string, context: object) => LoadResult) => LoadResult;

// Newer than the types of the oldest Node that is supported.
const hooks = nodeModule as unknown as {
  registerHooks?: (given: { load: Load }) => { deregister(): void };
  register: (specifier: string) => void;
  prototype: { _compile: (this: unknown, content: string, filename: string, ...rest: unknown[]) => unknown };
};

function plantInEsm(target: string, code: string, takesCommonJs: boolean): void {
  const load: Load = (url, context, next) => {
    const result = next(url, context);
    if (bareUrl(url) !== target || (!takesCommonJs && result.format?.startsWith("commonjs"))) return result;
    return plantInSource(result, target, code.replaceAll(OWN_URL, url));
  };
  hooks.registerHooks?.({ load });
}

function plantInSource(result: LoadResult, target: string, code: string): LoadResult {
  if (result.source == null) return result;
  const source = typeof result.source === "string" ? result.source : new TextDecoder().decode(result.source);
  if (result.format?.startsWith("commonjs")) return { ...result, source: withBinderBehind(source, code) };
  if (!result.format?.startsWith("module")) return result;
  planted.set(target, { line: bangLength(source) === 0 ? 1 : 2, columns: code.length });
  return { ...result, source: withBinder(source, code) };
}

// Node 20: hooks live in a thread of their own, which knows nothing of this file.
function plantInEsmOffThread(target: string, code: string): void {
  // A program of its own for each module: of an equal one Node would load a single copy, with one target.
  const program = `const target = ${JSON.stringify(target)}, code = ${JSON.stringify(code)};
export const load = async (url, context, next) => {
  const result = await next(url, context);
  if (url.split(/[?#]/, 1)[0] !== target || result.format !== "module" || result.source == null) return result;
  const source = typeof result.source === "string" ? result.source : new TextDecoder().decode(result.source);
  const start = source.startsWith("#!") ? source.indexOf("\\n") + 1 || source.length : 0;
  return { ...result, source: source.slice(0, start) + code.replaceAll("${OWN_URL}", url) + source.slice(start) };
};`;
  hooks.register(`data:text/javascript,${encodeURIComponent(program)}`);
  planted.set(target, { line: 1, columns: code.replaceAll(OWN_URL, target).length });
}

// Appended: at the front it would end the directives ("use strict").
function plantInCommonJs(path: string, code: string): void {
  const compile = hooks.prototype._compile;
  hooks.prototype._compile = function (content, filename, ...rest) {
    if (filename !== path) return Reflect.apply(compile, this, [content, filename, ...rest]);
    hooks.prototype._compile = compile;
    return Reflect.apply(compile, this, [withBinderBehind(content, code), filename, ...rest]);
  };
}

function bangLength(source: string): number {
  return source.startsWith("#!") ? source.indexOf("\n") + 1 || source.length : 0;
}
