import type { ElementIndex } from "./element-index.ts";

/**
 * A value and its place: what `withIndex()` makes of a value, and what a source yields with `indexed: true`.
 *
 * @example
 * await pipeline(["a", "b"]).withIndex().toArray(); // [{ index: [0], value: "a" }, { index: [1], value: "b" }]
 */
export interface Element<T> {
  /** Number in the source, then one number for each `flatMap` since. */
  readonly index: ElementIndex;
  readonly value: T;
}

/** The entry of an element in the ledger of an `ordered` that lies ahead of it. */
export interface Mark {
  /** The entry of the same element in the ledger of another `ordered`. */
  also: Mark | undefined;
  /** Takes the element out: nobody waits for it any more. */
  close(): void;
  /** Enters the element number `position` that was made of this one. */
  child(position: number): Mark;
  /** No more elements are made of this one. */
  endChildren(): void;
  /** It waits for others that come by these ways; undefined when it goes on. */
  awaitMore(ways: ReadonlySet<object> | undefined): void;
}

/** An element on its way. One way has it at a time, so stages change its value in place. */
export class Item {
  value: unknown;
  index: ElementIndex;
  /** Number of its source among those of the run: settles which of two equal indexes is first. */
  readonly origin: number;
  mark: Mark | undefined;

  constructor(value: unknown, index: ElementIndex, origin: number, mark: Mark | undefined) {
    this.value = value;
    this.index = index;
    this.origin = origin;
    this.mark = mark;
  }
}
