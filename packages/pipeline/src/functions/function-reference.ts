import { types } from "node:util";
import type { MethodRef } from "concurry";
import { taskRecord } from "concurry/internal";

/** A function, as far as a stage has to know where it comes from. */
export type FunctionKind = "function" | "task" | "method";

/** What a user gave as the function of a stage; undefined for anything else. */
export function kindOf(f: unknown): FunctionKind | undefined {
  if (typeof f === "function") return taskRecord(f) === undefined ? "function" : "task";
  const isMethod = typeof f === "object" && f !== null && "workerClass" in f && "method" in f;
  return isMethod ? "method" : undefined;
}

/** The function behind a task; any other function as it is. */
export function plainFunction(f: unknown): unknown {
  return taskRecord(f)?.run ?? f;
}

/** Whether a function, or that of a task, gives its items one by one. */
export function isGenerator(f: unknown): boolean {
  return types.isGeneratorFunction(plainFunction(f));
}

/** A task that has workers of its own. */
export function hasOwnWorkers(f: unknown): boolean {
  if (kindOf(f) !== "task") return false;
  const { mode } = (f as { getPoolStats(): { readonly mode: string } }).getPoolStats();
  return mode !== "async" && mode !== "sync";
}

/** The name by which a stage goes that was given none. */
export function nameOf(f: unknown, otherwise: string): string {
  if (kindOf(f) === "method") return (f as MethodRef).method;
  return (f as { readonly name?: string }).name || otherwise;
}
