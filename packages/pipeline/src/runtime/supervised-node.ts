import { within } from "concurry/internal";
import type { EndReason } from "../options/stage-options.ts";
import { type DoneFacts, HEED_MS } from "../workers/stage-worker.ts";
import type { RunNode } from "./run-node.ts";
import type { SupervisedWorker } from "./supervisor.ts";

/** One or several stages at work, as the supervisor of their run takes them. */
export class SupervisedNode implements SupervisedWorker {
  readonly #node: RunNode;
  readonly #stopMs: number;
  readonly #cause: () => unknown;
  #stopping: Promise<void> | void = undefined;

  /** @param cause What running functions are aborted with. */
  constructor(node: RunNode, stopMs: number, cause: () => unknown) {
    this.#node = node;
    this.#stopMs = stopMs;
    this.#cause = cause;
  }

  start(): Promise<void> | void {
    return this.#node.start();
  }

  stop({ reason }: Pick<DoneFacts, "reason">): Promise<void> | void {
    this.#stopping ??= this.#stop(reason);
    return this.#stopping;
  }

  /** Stops it while the others go on: nobody takes from it any more. */
  leave(): void {
    void this.stop({ reason: "break" });
  }

  async kill(): Promise<void> {
    this.#node.abandon();
    await this.#node.kill();
  }

  #stop(reason: EndReason): Promise<void> | void {
    const rest = this.#node.abort(this.#cause());
    if (rest === undefined) return this.#node.close(reason);
    const closed = within(Math.min(HEED_MS, this.#stopMs), rest).then(() => this.#node.close(reason));
    return Promise.all([rest, closed]).then(() => undefined);
  }
}
