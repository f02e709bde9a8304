// One way to end a program, by name: `node keep-alive.mjs <case> <mode>`. What it prints last tells how far it came.
import { Borrower } from "#workers/borrower";
import { Counter } from "#workers/counter";
import { Gated } from "#workers/gated";
import { Sleeper } from "#workers/sleeper";
import { Streamer } from "#workers/streamer";

const SHORT_MS = 50;
const [, , name, mode] = process.argv;
const print = (text) => process.stdout.write(`${text}\n`);
process.on("exit", (code) => print(`exit ${code}`));

const CASES = {
  /** An idle pool that nobody stops. */
  async idle() {
    const pool = Counter.options({ mode }).init(0);
    print(await pool.add(1));
  },
  /** A pool that was never called, and may still be starting. */
  async unused() {
    Counter.options({ mode }).init(0);
  },
  /** Calls are open when the main program is at its end. */
  async openCalls() {
    const pool = Sleeper.options({ mode }).init();
    for (const text of ["first", "second"]) pool.sleep(SHORT_MS).then(() => print(text));
  },
  /** A call is made before the worker is up, and nobody waits for it. */
  async unawaited() {
    const pool = Sleeper.options({ mode }).init();
    pool.on("callEnd", ({ status }) => print(status));
    pool.sleep(SHORT_MS);
  },
  /** A function that never answers, of a call that is cancelled. */
  async lent() {
    const pool = Borrower.options({ mode }).init();
    await new Promise((asked) => {
      const future = pool.ask(() => {
        asked();
        return new Promise(() => {});
      });
      future.catch(({ name }) => print(name));
      setTimeout(() => future.cancel(), SHORT_MS);
    });
  },
  /** A function that answers when nothing but the call keeps the program alive. */
  async lentLate() {
    const pool = Borrower.options({ mode }).init();
    const later = () => new Promise((resolve) => setTimeout(resolve, SHORT_MS, "late").unref());
    pool.ask(later).then(print);
  },
  async awaitedStop() {
    const pool = Sleeper.options({ mode }).init();
    pool.sleep(SHORT_MS);
    await pool.stop();
    print("stopped");
  },
  async awaitedDrain() {
    const pool = Sleeper.options({ mode }).init();
    pool.sleep(SHORT_MS);
    await pool.drain();
    print("drained");
  },
  async awaitedReady() {
    await Sleeper.options({ mode }).init().ready();
    print("ready");
  },
  async awaitedBroadcast() {
    print(await Counter.options({ mode }).init(0).broadcast.add(1));
  },
  /** Streams that were begun, and whose next item nobody wants. */
  async forgottenStreams() {
    const pool = Streamer.options({ mode }).init();
    const stream = pool.forever();
    print((await stream.next()).value);
    globalThis.kept = stream;
  },
  /** Nobody looks at a stream of a pool that is there. */
  async unusedStream() {
    globalThis.kept = Streamer.options({ mode }).init().forever();
  },
  /** The main program is at its end, but somebody waits for an item. */
  async awaitedItem() {
    const stream = Streamer.options({ mode }).init().countLater(2, SHORT_MS);
    const loop = async () => {
      for await (const item of stream) print(item);
    };
    void loop();
  },
  /** A thousand streams that were left. */
  async leftStreams() {
    const pool = Streamer.options({ mode }).init();
    for (let stream = 0; stream < 1000; stream += 1) for await (const _ of pool.forever()) break;
    const { running, queued, completed } = pool.getPoolStats();
    print([running, queued, completed, (await pool.broadcast.seen())[0].ended].join(" "));
  },
  /** Failures that nobody looks at: no exit code, no trace of an unhandled rejection. */
  async failures() {
    const pool = Counter.options({ mode }).init(0);
    const futures = [pool.fail("a"), pool.add(1), pool.fail("b")];
    await pool.drain();
    for (const future of futures) {
      try {
        print(await future);
      } catch (error) {
        print(error.message);
      }
    }
  },
  async unseenFailure() {
    const pool = Counter.options({ mode }).init(0);
    pool.fail("unseen");
    await pool.stop();
  },
  /** The work goes on after a time limit, and is waited for. */
  async timeLimit() {
    const pool = Sleeper.options({ mode }).init();
    await pool
      .sleep(SHORT_MS * 4)
      .result({ timeoutMs: 1 })
      .catch((error) => print(error.name));
    pool.on("callEnd", ({ status }) => print(status));
  },
  /** A call that was cancelled holds nothing. */
  async cancelled() {
    const pool = Gated.options({ mode }).init();
    const call = pool.pass("never opened");
    await pool.ready();
    call.cancel();
    await call.catch((error) => print(error.name));
  },
  async disposed() {
    const pool = Counter.options({ mode }).init(0);
    pool.addLater(1).then(print);
    await pool[Symbol.asyncDispose]();
    print("disposed");
  },
};

await CASES[name]();
