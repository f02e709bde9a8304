import { appendFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { type Pool, Worker } from "concurry";
import type { Address } from "./resident.ts";

/** Where a worker makes the pool inside it. */
export type Place = "constructor" | "onStart" | "method" | "asyncMethod";
/** The modes of the pools inside, from the outside in. */
export type Modes = readonly ("sync" | "async" | "thread" | "process")[];

const never = (): Promise<never> => new Promise(() => {});

/** A worker with a pool inside it, with a pool inside that, and so on. Each notes its end in a file. */
export class Nest extends Worker {
  readonly #file: string;
  readonly #place: Place;
  readonly #modes: Modes;
  readonly #level: number;
  #inner: Pool<Nest> | undefined;

  constructor(file: string, place: Place, modes: Modes, level = 0) {
    super();
    this.#file = file;
    this.#place = place;
    this.#modes = modes;
    this.#level = level;
    if (place === "constructor") this.#make();
  }

  async onStart(): Promise<void> {
    await nextTurn();
    if (this.#place === "onStart") this.#make();
  }

  /** What is inside still works. */
  async onStop(): Promise<void> {
    const inside = await this.#inner?.broadcast.addresses().catch(() => []);
    this.note(`stops with ${inside?.[0]?.length ?? 0} inside`);
  }

  note(text: string): void {
    appendFileSync(this.#file, `${this.#level} ${text}\n`);
  }

  /** Makes the pool inside, and reaches all that are in it. */
  reach(): Promise<Address[]> {
    if (this.#place === "method") this.#make();
    return this.addresses();
  }

  /** The same, after another turn. */
  async reachLater(): Promise<Address[]> {
    await nextTurn();
    if (this.#place === "asyncMethod") this.#make();
    return this.addresses();
  }

  /** Of this worker, and of those inside. */
  async addresses(): Promise<Address[]> {
    const own = { pid: process.pid, threadId };
    const inside = (await this.#inner?.broadcast.addresses()) ?? [];
    return [own, ...inside.flat()];
  }

  /** Never ends, in the innermost worker. */
  hang(): Promise<never> {
    if (this.#inner !== undefined) return this.#inner.hang();
    this.note("hangs");
    return never();
  }

  /** Never yields, in the innermost worker. */
  spin(): Promise<never> | never {
    if (this.#inner !== undefined) return this.#inner.spin();
    this.note("spins");
    for (;;) Math.random();
  }

  /** Never yields, here and in the innermost worker. */
  async spinBoth(): Promise<never> {
    void this.spin();
    await this.#inner?.ready();
    await nextTurn();
    for (;;) Math.random();
  }

  #make(): void {
    const [mode, ...rest] = this.#modes;
    if (mode === undefined || this.#inner !== undefined) return;
    const place = rest.length === 0 ? "constructor" : this.#place;
    this.#inner = Nest.options({ mode, stdio: "inherit" } as { mode: "thread" }).init(
      this.#file,
      place,
      rest,
      this.#level + 1,
    );
  }
}
