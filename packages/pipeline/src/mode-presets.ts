import { isPlainObject } from "concurry/internal";
import type { StageMode } from "./options/stage-options.ts";
import { each, filter, flatMap, map } from "./partial-stage.ts";

/** The functions that make stages, with a mode set. */
export interface ModePreset {
  readonly map: typeof map;
  readonly flatMap: typeof flatMap;
  readonly filter: typeof filter;
  readonly each: typeof each;
}

function preset(mode: StageMode): ModePreset {
  return {
    map: (f, options) => map(f, withMode(mode, options)),
    flatMap: (f, options) => flatMap(f, withMode(mode, options)),
    filter: (f, options) => filter(f, withMode(mode, options)),
    each: (f, options) => each(f, withMode(mode, options)),
  };
}

function withMode<O extends object | undefined>(mode: StageMode, options: O): O {
  // What is no such object is refused where it is checked.
  return options === undefined || isPlainObject(options) ? ({ mode, ...options } as O) : options;
}

/**
 * The functions that make stages by mode: `pl.thread.map(f, { workers: 3 })`. `pl.task` is mode `"async"`.
 *
 * @example
 * const pages = await pipeline(urls).pipe(pl.task.map(fetchText, { workers: 3 })).toArray();
 */
export const pl: {
  readonly sync: ModePreset;
  readonly task: ModePreset;
  readonly thread: ModePreset;
  readonly process: ModePreset;
} = {
  sync: preset("sync"),
  task: preset("async"),
  thread: preset("thread"),
  process: preset("process"),
};
