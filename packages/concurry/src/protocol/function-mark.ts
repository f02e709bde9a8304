import { classNameOf } from "./worker-class.ts";

/** A function of the user's, whatever it takes. */
export type AnyFunction = (...values: never[]) => unknown;

/** By what a function is known again in another thread or process, besides its name and place. Plain data. */
export type FunctionMark = TaskMark | ExportMark;

/** One that was given to `task()`. */
export interface TaskMark {
  readonly kind: "task";
  /** How many calls of `task()` at the very same place came before. */
  readonly turn: number;
  readonly parameters: number;
  /** Of its source text. */
  readonly text: number;
}

/** One that its module exports. */
export interface ExportMark {
  readonly kind: "export";
  readonly parameters: number;
  /** Of its source text: it tells the function from one of the same name that was made inside another. */
  readonly text: number;
}

/** The name of a function; `""` for anonymous ones, however a loader calls those. */
export function functionNameOf(run: AnyFunction): string {
  return classNameOf(run);
}

/** Whether a value that a module exports is the function with this name and mark. */
export function isExportMeant(value: unknown, name: string, mark: FunctionMark | undefined): boolean {
  if (typeof value !== "function" || mark?.kind !== "export") return false;
  const run = value as AnyFunction;
  return functionNameOf(run) === name && run.length === mark.parameters && textMark(run) === mark.text;
}

/** True for bound functions and those of the engine: their code stands nowhere. */
export function isNative(run: AnyFunction): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(run));
}

/** A number for the words of a function's source text. */
export function textMark(run: AnyFunction): number {
  const text = Function.prototype.toString.call(run);
  let mark = 0;
  // Loaders change white space, brackets and how imports are named (`(0, __import_0__.add)`), but no other words.
  for (const [word] of text.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*|\d+/gu)) {
    if (word.startsWith("__") || word === "0") continue;
    for (let index = 0; index < word.length; index += 1)
      mark = (Math.imul(mark, 31) + word.charCodeAt(index)) | 0;
  }
  return mark;
}
