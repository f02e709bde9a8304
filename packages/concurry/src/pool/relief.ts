import type { PoolBalancer } from "../balance/balancer.ts";
import { LeastActive } from "../balance/least-active.ts";
import { tickNow } from "../util/clock.ts";
import type { Call } from "./call.ts";
import type { Room } from "./room.ts";
import { TakeOver } from "./take-over.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Gives idle workers calls that wait for others; they go on counting where the balancer had placed them. */
export class Relief {
  readonly #handles: readonly WorkerHandle[];
  readonly #balancer: PoolBalancer;
  readonly #room: Room;
  readonly #send: (call: Call, handle: WorkerHandle) => void;
  readonly #stuckCalls: TakeOver;
  readonly #movesToIdle: boolean;

  constructor(
    handles: readonly WorkerHandle[],
    balancer: PoolBalancer,
    room: Room,
    send: (call: Call, handle: WorkerHandle) => void,
  ) {
    this.#handles = handles;
    this.#balancer = balancer;
    this.#room = room;
    this.#send = send;
    this.#stuckCalls = new TakeOver(handles, () => {
      for (const handle of handles) this.help(handle);
    });
    this.#movesToIdle = balancer instanceof LeastActive;
  }

  /**
   * Gives a worker, if it is idle, a call that waits elsewhere: at a worker that isn't up yet, or, where the balancer is
   * for that, at the busiest one.
   */
  help(idle: WorkerHandle): void {
    if (idle.state !== "ready" || idle.isLeaving || idle.running > 0 || idle.queue.size > 0) return;
    let longest: WorkerHandle | undefined;
    for (const handle of this.#handles) {
      if (handle.queue.size <= (longest?.queue.size ?? 0)) continue;
      if (this.#movesToIdle || handle.state !== "ready") longest = handle;
    }
    const call = longest?.queue.peek();
    if (longest === undefined || call === undefined) {
      this.#takeOver(idle);
      return;
    }
    if (call.isBound || !this.#room.has(idle, call)) return;
    longest.queue.shift();
    this.#balancer.workerChanged?.(longest.index);
    call.handle = idle;
    this.#send(call, idle);
  }

  /** Gives it what is stuck behind a slow call elsewhere, where the balancer is for that. */
  #takeOver(idle: WorkerHandle): void {
    if (this.#balancer.selectsAt !== "room" && !this.#movesToIdle) return;
    const call = this.#stuckCalls.takeStuckCall(tickNow());
    const slow = call?.handle;
    if (call === undefined || slow === undefined) return;
    slow.rest(tickNow());
    this.#balancer.workerChanged?.(slow.index);
    call.handle = idle;
    this.#send(call, idle);
  }
}
