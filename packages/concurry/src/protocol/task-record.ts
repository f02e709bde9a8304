import type { AnyFunction, TaskMark } from "./function-mark.ts";
import type { DefinitionSite } from "./worker-class.ts";

/** Where a function that `task()` returned keeps its record; all copies of the package use the same. */
export const TASK: unique symbol = Symbol.for("concurry.task.1");

/** What a task knows of itself. */
export interface TaskRecord {
  /** The function that was given. */
  readonly run: AnyFunction;
  /** Where `task()` was called. */
  readonly site: DefinitionSite;
  readonly mark: TaskMark;
  /** The pool of the task belongs to no other realm: from here on it runs where it is called. */
  runInPlace(): void;
}

/** The record of a task; undefined for anything else. */
export function taskRecord(value: unknown): TaskRecord | undefined {
  return typeof value === "function" ? (value as { readonly [TASK]?: TaskRecord })[TASK] : undefined;
}
