import { inspect } from "node:util";
import { transfer, Worker } from "concurry";

const SHOWN = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxArrayLength: 300, breakLength: 120 };

/** The look of a value, in which -0, holes, prototypes and hidden fields can be seen. */
export function look(value: unknown): string {
  // Fields of prototypes: of newer classes the main thread of Node 24 shows them, and threads don't.
  return inspect(value, SHOWN).replaceAll(/,\n[^\n]*(: \[Getter\]|\[BYTES_PER_ELEMENT\]: \d)/g, "");
}

/** Where a value is put into an error. */
export type ErrorPlace = "field" | "cause";

/** Gives values back, and tells how they arrived. */
export class Mirror extends Worker {
  readonly #kept: unknown[] = [];

  echo(value: unknown): unknown {
    return value;
  }

  second(_first: unknown, value: unknown): unknown {
    return value;
  }

  async later(value: unknown): Promise<unknown> {
    return value;
  }

  /** How the arguments look from here. */
  look(...values: unknown[]): string[] {
    return values.map(look);
  }

  /** How many arguments came. */
  count(...values: unknown[]): number {
    return values.length;
  }

  fail(value: unknown, place: ErrorPlace): never {
    if (place === "cause") throw new Error("from the worker", { cause: value });
    throw Object.assign(new Error("from the worker"), { field: value });
  }

  throwValue(value: unknown): never {
    throw value;
  }

  /** Writes into what it was given; says what it found there. */
  mark(value: { mark?: unknown }): unknown {
    const found = value.mark;
    value.mark = "marked by a call";
    return found;
  }

  areSame(left: unknown, right: unknown): boolean {
    return left === right;
  }

  keep(value: unknown): void {
    this.#kept.push(value);
  }

  /** The same object at each call. */
  kept(): unknown {
    return this.#kept[0];
  }

  /** A result in which something can't be cloned. */
  uncloneable(where: "itself" | "nested" | "promise"): unknown {
    if (where === "promise") return { list: [Promise.resolve(1)] };
    return where === "itself" ? () => 1 : { list: [1, { callback: () => 1 }] };
  }

  /** An error of which one field can't be cloned. */
  failWithFunction(): never {
    throw Object.assign(new RangeError("with a function"), { callback: () => 1, code: "E_WITH", fine: 1 });
  }

  /** A buffer that moves to the caller, and then this side's view of it. */
  give(bytes: number): unknown {
    const buffer = new ArrayBuffer(bytes);
    new Uint8Array(buffer).fill(7);
    this.#kept[0] = buffer;
    return transfer({ buffer }, [buffer]);
  }

  /** Length of the buffer that was given last. */
  left(): number {
    return (this.#kept[0] as ArrayBuffer).byteLength;
  }

  /** A result that holds a moved buffer and something that can't be cloned. */
  giveUncloneable(): unknown {
    const buffer = new ArrayBuffer(8);
    return transfer({ buffer, callback: () => 1 }, [buffer]);
  }
}
