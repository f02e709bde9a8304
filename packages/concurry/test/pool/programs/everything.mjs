// Uses each feature once, in every mode, and ends its main function: `node everything.mjs stopped|left`.
import {
  CallLimit,
  callContext,
  LimitSet,
  RateLimit,
  ResourceLimit,
  stopOnSignals,
  transfer,
  Worker,
} from "concurry";

class Inner extends Worker {
  double(number) {
    return number * 2;
  }
}

class Everything extends Worker {
  #inner;

  async onStart() {
    this.#inner = Inner.options({ mode: "thread" }).init();
    await this.#inner.ready();
  }

  healthCheck() {
    return true;
  }

  double(number) {
    return this.#inner.double(number);
  }

  limited() {
    return this.limits.use({ connections: 1, tokens: 2 }, () => "limited");
  }

  failOnce() {
    if (callContext().attempt === 1) throw new Error("the first time");
    return callContext().attempt;
  }

  sizeOf(bytes) {
    return bytes.byteLength;
  }

  hang() {
    return new Promise(() => {});
  }
}

class Small extends Worker {
  double(number) {
    return number * 2;
  }
}

const [, , how] = process.argv;
const MODES = ["sync", "async", "thread", "process"];
const isHosted = (mode) => mode === "thread" || mode === "process";

async function use(mode) {
  const limits = new LimitSet([
    new CallLimit({ windowSeconds: 1, capacity: 1000 }),
    new RateLimit({ key: "tokens", windowSeconds: 1, capacity: 1000 }),
    new ResourceLimit({ key: "connections", capacity: 2 }),
  ]);
  const pool = Everything.options({
    mode,
    limits,
    retry: { retries: 1, waitMs: 1, methods: { hang: false } },
    healthCheck: { intervalMs: 5, timeoutMs: 10_000 },
    recycle: { afterCalls: 5 },
    maxQueuedCalls: 100,
    ...(isHosted(mode) && { maxWorkers: 2, minWorkers: 1, idleTimeoutMs: 50 }),
  }).init();
  pool.on("callEnd", () => {});
  stopOnSignals(pool);
  await pool.ready();
  await Promise.all([1, 2, 3].map((number) => pool.double(pool.double(number))));
  await pool.limited();
  await pool.failOnce();
  const bytes = new Uint8Array(8);
  await pool.sizeOf(transfer(bytes, [bytes.buffer]));
  await pool.broadcast.healthCheck();
  await pool.workers[0].double(1);
  await pool.with({ key: "one", priority: 1, timeoutMs: 10_000 }).double(1);
  if (isHosted(mode)) await pool.resize(3);
  const hanging = pool.with({ graceMs: 0 }).hang();
  setTimeout(() => hanging.cancel(), 20);
  await hanging.catch(() => {});
  if (isHosted(mode)) await pool.resize(1);
  const onDemand = isHosted(mode) ? Small.options({ mode, onDemand: true, maxWorkers: 2 }).init() : undefined;
  if (onDemand !== undefined) await Promise.all([1, 2, 3].map((number) => onDemand.double(number)));
  await pool.drain();
  if (how === "stopped") await Promise.all([pool.stop(), onDemand?.stop()]);
}

if (!Worker.isHost) {
  process.on("exit", (code) => process.stdout.write(`exit ${code}\n`));
  await Promise.all(MODES.map(use));
  process.stdout.write("done\n");
}
