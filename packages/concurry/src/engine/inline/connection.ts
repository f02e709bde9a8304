import type { Connection, Frame, Link, LinkInfo, WorkerExit } from "../../protocol/connection.ts";
import { Inbox } from "../../protocol/inbox.ts";
import type { RunNow } from "../../protocol/run-now.ts";
import { Once } from "../../util/once.ts";

/** Both ends of a link inside one realm: what one end posts, the other hears at once, by reference. */
export class InlineConnection implements Connection {
  readonly info: LinkInfo;
  runNow: RunNow | undefined;
  /** The worker's end. */
  readonly host: Link;
  readonly #toPool = new Inbox();
  readonly #toHost = new Inbox();
  readonly #exit = new Once<WorkerExit>();
  readonly #onKill: () => Promise<void> | undefined;
  #isKilled = false;

  /**
   * @param isImmediate True when calls run before `post` returns, and nothing is gained by holding them back.
   * @param onKill Ends what else belongs to the worker, which then is gone; undefined when nothing does.
   */
  constructor(isImmediate: boolean, onKill: () => Promise<void> | undefined = () => undefined) {
    this.#onKill = onKill;
    this.info = { wire: "reference", isImmediate };
    this.host = {
      info: this.info,
      post: (frame) => this.#deliver(this.#toPool, frame),
      onFrame: (listener) => this.#toHost.listen(listener),
      onDrain: () => {},
    };
  }

  post(frame: Frame): boolean {
    return this.#deliver(this.#toHost, frame);
  }

  onFrame(listener: (frame: Frame) => void): void {
    this.#toPool.listen(listener);
  }

  /** There is no buffer that could be full. */
  onDrain(): void {}

  onExit(listener: (exit: WorkerExit) => void): void {
    this.#exit.listen(listener);
  }

  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    const gone = (): void => this.#exit.happen({ code: 0, signal: null });
    const ended = this.#onKill();
    if (ended === undefined) gone();
    else ended.then(gone, gone);
  }

  #deliver(inbox: Inbox, frame: Frame): boolean {
    if (!this.#isKilled) inbox.deliver(frame);
    return true;
  }
}
