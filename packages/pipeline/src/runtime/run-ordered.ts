import type { Item } from "../elements/element.ts";
import type { SourceGate } from "../order/source-gate.ts";
import type { OutputQueues } from "../queues/output-queues.ts";
import type { Inlet, Plane, RunNode } from "./run-node.ts";

/** What holds the elements of an `ordered`. */
interface Holder {
  readonly held: number;
  add(item: Item): void;
  take(): Item | undefined;
  /** No more elements come. */
  end?(): void;
  /** Lets in what is needed before anything can leave. */
  letIn?(): void;
  /** Nobody takes from it any more. */
  leave?(): void;
}

/** Gives elements in the order of their indexes. Takes all that come: what comes too late is held off at the source. */
export class OrderedNode implements RunNode {
  /** Lets elements out, where another `ordered` lies ahead. */
  gate: SourceGate | undefined;
  readonly #plane: Plane;
  readonly #inlet: Inlet;
  readonly #out: OutputQueues<Item>;
  readonly #holder: Holder;
  #isActive = false;
  #hasEnded = false;

  constructor(plane: Plane, inlet: Inlet, out: OutputQueues<Item>, holder: Holder) {
    this.#plane = plane;
    this.#inlet = inlet;
    this.#out = out;
    this.#holder = holder;
  }

  start(): undefined {}

  readonly wake = (): void => {
    if (this.#isActive || this.#plane.isStopped || this.#hasEnded) return;
    this.#isActive = true;
    while (this.#takeIn() || this.#giveOut()) {}
    this.#isActive = false;
    if (!this.#inlet.isDone() || this.#holder.held > 0) {
      // Last: what is let in may come here at once.
      this.#holder.letIn?.();
      return;
    }
    this.#hasEnded = true;
    this.gate?.end();
    this.#out.workerDone();
  };

  abort(): undefined {
    this.#hasEnded = true;
    this.#inlet.kill();
    this.#holder.leave?.();
  }

  abandon(): void {}

  close(): undefined {}

  kill(): undefined {}

  stats(): readonly [] {
    return [];
  }

  #takeIn(): boolean {
    const item = this.#inlet.poll();
    if (item === undefined) {
      if (this.#inlet.isDone()) this.#holder.end?.();
      return false;
    }
    this.#holder.add(item);
    return true;
  }

  #giveOut(): boolean {
    if (this.#out.room <= -1 || (this.gate !== undefined && !this.gate.isOpen)) return false;
    const item = this.#holder.take();
    if (item === undefined) return false;
    this.gate?.enter(item, item.index);
    this.#out.push(item);
    return true;
  }
}
