import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Balancer } from "concurry";
import { describe, expect, test } from "vitest";
import { Mortal } from "#workers/mortal";
import { MODES, until } from "./support.ts";

const INLINE = ["sync", "async"] as const;

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Waits until something is garbage. */
function collected(reference: WeakRef<object>): Promise<void> {
  return until(async () => {
    await turn();
    gc();
    return reference.deref() === undefined;
  });
}

/** Keeps its futures, as programs do, listens, and makes calls that are refused on the spot. */
class Client {
  readonly futures: Promise<unknown>[] = [];
  readonly #pool: ReturnType<typeof makePool>;

  constructor(mode: (typeof MODES)[number]) {
    this.#pool = makePool(mode);
    this.#pool.on("callEnd", () => this.futures.length);
  }

  async work(): Promise<void> {
    for (let call = 0; call < 3; call += 1) this.futures.push(this.#pool.hang());
    await this.#pool.broadcast.echo(1);
  }

  async stop(): Promise<void> {
    await this.#pool.stop({ mode: "cancel" });
    this.futures.push(this.#pool.echo("late"));
  }
}

function makePool(mode: (typeof MODES)[number]) {
  return Mortal.options({ mode, maxQueuedCalls: 2 } as { mode: "thread" }).init();
}

async function used(mode: (typeof MODES)[number]): Promise<WeakRef<object>> {
  const client = new Client(mode);
  await client.work();
  await client.stop();
  return new WeakRef(client);
}

/** What a pool was given is held by its innermost part. */
async function left(mode: "sync" | "async"): Promise<WeakRef<object>> {
  const loadBalancing: Balancer = { name: "first", select: () => 0 };
  const pool = Mortal.options({ mode, loadBalancing }).init();
  expect(await pool.broadcast.echo(1)).toEqual([1]);
  expect(await pool.echo(1)).toBe(1);
  return new WeakRef(loadBalancing);
}

describe("nothing is kept of a pool, nor of those who hold its futures,", () => {
  test.each(MODES)("once it was stopped, in %s mode", async (mode) => {
    await collected(await used(mode));
  });

  test.each(INLINE)("that nobody has any more, though it was never stopped, in %s mode", async (mode) => {
    await collected(await left(mode));
  });
});

// Not as in other files: who keeps the processes to look at them keeps what belongs to them.
test("nothing is left: no thread, no process", () => {
  const resources = process.getActiveResourcesInfo();
  expect(resources.filter((name) => name === "MessagePort" || name === "ProcessWrap")).toEqual([]);
});
