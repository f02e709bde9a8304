import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { createProject, workspace } from "./sample-project.ts";

/** A package, and what its examples take for granted. */
interface Documented {
  readonly name: string;
  /** Its source. */
  readonly source: string;
  readonly prelude: string;
}

const EMBEDDER = `import { Worker } from "concurry";
export class Embedder extends Worker {
  constructor(readonly path: string) { super(); }
  async embed(text: unknown): Promise<Float32Array> { return new Float32Array(String(text).length); }
  blur(pixels: Uint8Array): Uint8Array { return pixels; }
  cacheSize(): number { return 0; }
  *lines(path: string): Generator<string> { yield path; }
  crash(): void {}
  warmUp(): void {}
}
`;

const OF_POOLS = `import { bottleneckLimit, type BottleneckLimiter } from "concurry/bottleneck";
import { pipeline } from "@concurry/pipeline";
import { Embedder } from "./embedder.js";
declare const rows: readonly number[];
declare class Model extends Worker { constructor(path: string); predict(row: number): number; }
declare const Bottleneck: new (options: object) => BottleneckLimiter;
declare const pool: Pool<Embedder>;
declare const worker: WorkerLoad;
declare const taskPool: TaskPool;
declare const square: Task<[value: number], number>;
declare const half: (value: number) => number;
declare const resource: WorkerResource<number, number>;
declare const limits: Limits;
declare const signal: AbortSignal;
declare const upstream: { lock(options: { signal: AbortSignal }): Promise<() => void> };
declare const apiKeys: readonly string[];
declare function send(apiKey?: unknown): Promise<number>;
declare function download(url: string): Promise<string>;
declare const url: string;
declare class RateLimitedError extends Error {}
`;

const OF_PIPELINES = `import { Embedder } from "./embedder.js";
declare const urls: readonly string[];
declare const images: AsyncIterable<Uint8Array>;
declare const texts: readonly string[];
declare const path: string;
declare const spec: StageSpec;
declare function parseRow(row: unknown): readonly string[];
declare function fetchText(url: string): Promise<string>;
declare function resize(image: Uint8Array): Uint8Array;
declare function index(text: string): Promise<void>;
declare function save(text: string): Promise<void>;
declare function generator(): Generator<number>;
declare const left: IterableQueue<string>;
declare const right: IterableQueue<string>;
declare const server: { listen(port: number): void; close(): void };
`;

const packages: readonly Documented[] = [
  { name: "concurry", source: join(workspace, "packages/concurry/src"), prelude: OF_POOLS },
  { name: "@concurry/pipeline", source: join(workspace, "packages/pipeline/src"), prelude: OF_PIPELINES },
];

interface Example {
  /** Where it stands, as `"protocol/transfer.ts:28"`. */
  readonly place: string;
  readonly code: string;
}

function exportedNames(source: string): string[] {
  const index = readFileSync(join(source, "index.ts"), "utf8");
  const lists = [...index.matchAll(/export (?:type )?\{([^}]*)\}/g)].map(([, list]) => list ?? "");
  return lists
    .flatMap((list) => list.split(",").map((name) => name.replace("type ", "").trim()))
    .filter(Boolean);
}

function examplesOf(source: string, path: string): Example[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/@example\n(.*?)\s*\*\//gs)].map((match) => ({
    place: `${relative(source, path)}:${text.slice(0, match.index).split("\n").length}`,
    code: (match[1] ?? "").replaceAll(/^\s*\* ?/gm, ""),
  }));
}

/** Statements in a function of their own, so that they may name things as they like; methods in a class. */
function program(head: string, { code }: Example): string {
  const isMethod = /^(?:async )?\w+\([^)]*\): /.test(code);
  const bare = code.replaceAll(/^export /gm, "");
  return `${head}export ${isMethod ? "class Example" : "async function example()"} {\n${bare}\n}\n`;
}

test.each(packages)("every example in a doc comment of $name compiles", async ({ name, source, prelude }) => {
  const head = `import { ${exportedNames(source).join(", ")} } from "${name}";\n${prelude}`;
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const examples = files.flatMap((file) => examplesOf(source, join(source, file)));
  const programs = examples.map((example, index) => ({
    file: `example-${index}.ts`,
    source: program(head, example),
  }));
  const project = await createProject([{ file: "embedder.ts", source: EMBEDDER }, ...programs]);
  const complaints = await project.compile(programs.map(({ file }) => file));
  await project.remove();

  expect(examples.length).toBeGreaterThan(20);
  expect(
    complaints.replaceAll(/example-(\d+)\.ts/g, (_, index) => String(examples[Number(index)]?.place)),
  ).toBe("");
});
