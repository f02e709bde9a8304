import { type Pool, Worker } from "concurry";
import { Thrower } from "./thrower.ts";

/** Does what no worker should. */
export class Crasher extends Worker {
  exit(code: number): void {
    process.exit(code);
  }

  never(): Promise<never> {
    return new Promise(() => {});
  }

  echo(value: unknown): unknown {
    return value;
  }
}

/** Can't be built. */
export class Unbuildable extends Worker {
  constructor() {
    super();
    throw new RangeError("no such model");
  }

  run(): void {}
}

/** Has a pool of its own, whose errors come through as they are. */
export class OuterThrower extends Worker {
  readonly #mode: "thread" | "process";
  readonly #pools: Pool[] = [];

  constructor(mode: "thread" | "process") {
    super();
    this.#mode = mode;
  }

  async crash(): Promise<void> {
    await this.#crasher().exit(7);
  }

  async sendSymbol(): Promise<unknown> {
    return await this.#crasher().echo({ list: [Symbol("s")] });
  }

  async timeOut(): Promise<never> {
    const future = this.#crasher().never();
    try {
      return await future.result({ timeoutMs: 1 });
    } finally {
      future.cancel();
    }
  }

  async cancel(): Promise<never> {
    const future = this.#crasher().never();
    future.cancel({ why: "not needed" });
    return await future;
  }

  async callStopped(): Promise<unknown> {
    const pool = this.#crasher();
    await pool.stop();
    return await pool.echo(1);
  }

  async unbuilt(): Promise<void> {
    const pool = Unbuildable.options({ mode: this.#mode }).init();
    this.#pools.push(pool);
    await pool.run();
  }

  /** A user's error, from two workers down. */
  async fail(kind: string): Promise<never> {
    const pool = Thrower.options({ mode: this.#mode }).init();
    this.#pools.push(pool);
    return await pool.later(kind);
  }

  async onStop(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.stop({ mode: "cancel" })));
  }

  #crasher(): Pool<Crasher> {
    const pool = Crasher.options({ mode: this.#mode, restart: false }).init();
    this.#pools.push(pool);
    return pool;
  }
}
