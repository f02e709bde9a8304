import { relative, sep } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Consumer, compile, createConsumer } from "./package-consumer.ts";

const useOfTypes = `import * as concurry from "concurry";
import { type Future, type Pool, type PoolStats, Worker, type WorkerOptions } from "concurry";
import { type BottleneckLimiter, bottleneckLimit } from "concurry/bottleneck";

export class Adder extends Worker {
  readonly #base: number;
  constructor(base: number) {
    super();
    this.#base = base;
  }
  add(amount: number): number {
    return this.#base + amount;
  }
}

export const options: WorkerOptions = { mode: "thread", maxWorkers: 2 };
export const pool: Pool<Adder> = Adder.options(options).init(1);
export const sum: Future<number> = pool.add(2);
export const stats: PoolStats = pool.getPoolStats();
export const everything: typeof concurry = concurry;
export const limited = (limiter: BottleneckLimiter): WorkerOptions => ({ limits: [bottleneckLimit(limiter)] });
pool.on("workerReady", (event) => console.log(event));
// @ts-expect-error A method takes what the class says.
pool.add("2");
// @ts-expect-error So does its constructor.
Adder.options(options).init();
// The DOM's types are not there to help.
// @ts-expect-error
export type Page = HTMLElement;
`;

const settings = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    lib: ["es2023"],
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    listFiles: true,
  },
  files: ["module.mts", "common.cts"],
};

let consumer: Consumer;
let told: readonly string[];
beforeAll(async () => {
  consumer = await createConsumer({
    "tsconfig.json": JSON.stringify(settings),
    "module.mts": useOfTypes,
    "common.cts": useOfTypes,
  });
  told = (await compile(consumer.folder)).trim().split("\n");
});
afterAll(() => consumer.remove());

test("the installed types compile strictly, checked themselves, without the DOM's", () => {
  expect(told.filter((line) => /\berror TS\d+/.test(line))).toEqual([]);
  expect(told).toContain(`${consumer.folder}${sep}module.mts`);
  expect(told).toContain(`${consumer.folder}${sep}common.cts`);
});

test("the public types reach no other package's but Node's", () => {
  const packages = told
    .filter((line) => line.includes(`${sep}node_modules${sep}`))
    .map((path) => path.slice(path.lastIndexOf(`${sep}node_modules${sep}`) + "/node_modules/".length))
    .map((path) =>
      path
        .split(sep)
        .slice(0, path.startsWith("@") ? 2 : 1)
        .join("/"),
    );
  const ours = told.filter((path) =>
    relative(consumer.folder, path).startsWith(`node_modules${sep}concurry`),
  );

  // The compiler's own libraries lie in a package, too.
  const known = new Set(["concurry", "@types/node", "undici-types"]);
  expect(
    [...new Set(packages)].filter((name) => !known.has(name) && !name.startsWith("@typescript/")),
  ).toEqual([]);
  expect(ours.length).toBeGreaterThan(1);
});
