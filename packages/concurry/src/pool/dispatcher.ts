import type { BalancedCall, PoolBalancer } from "../balance/balancer.ts";
import { LeastActive } from "../balance/least-active.ts";
import { rendezvous } from "../balance/rendezvous.ts";
import { tickNow } from "../util/clock.ts";
import type { Call } from "./call.ts";
import { SENT, WAITING } from "./call.ts";
import { CallQueue } from "./call-queue.ts";
import type { Admission } from "./charging.ts";
import { Room } from "./room.ts";
import { TakeOver } from "./take-over.ts";
import type { Window } from "./window.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What the dispatcher tells the pool. */
export interface DispatchListener {
  /** Says whether a call may be sent now; if later, it calls `proceed` then. Undefined where nothing holds calls back. */
  readonly gate: { admits(call: Call, handle: WorkerHandle): Admission } | undefined;
  /** A call leaves for its worker. */
  onSend(call: Call, handle: WorkerHandle): void;
  /** A call could not be sent: its values can't be copied. */
  onUnsendable(call: Call, error: unknown): void;
  /** No worker is left that could ever take the call, or the balancer failed. */
  onNoWorker(call: Call, error?: unknown): void;
}

/** Brings calls to workers: now where there is room, else as soon as there is. */
export class Dispatcher {
  readonly handles: readonly WorkerHandle[];
  readonly #balancer: PoolBalancer;
  readonly #window: Window;
  readonly #room: Room;
  readonly #methods: readonly string[];
  readonly #listener: DispatchListener;
  /** Calls for the first worker with room. */
  readonly #shared: CallQueue = new CallQueue();
  readonly #isShared: boolean;
  readonly #stuckCalls: TakeOver;
  readonly #movesToIdle: boolean;

  constructor(
    handles: readonly WorkerHandle[],
    balancer: PoolBalancer,
    window: Window,
    methods: readonly string[],
    listener: DispatchListener,
  ) {
    this.handles = handles;
    this.#balancer = balancer;
    this.#window = window;
    this.#room = new Room(handles, window);
    this.#methods = methods;
    this.#listener = listener;
    this.#stuckCalls = new TakeOver(handles, () => {
      for (const handle of handles) this.#help(handle);
    });
    this.#isShared = balancer.selectsAt === "room";
    this.#movesToIdle = balancer instanceof LeastActive;
  }

  /** Chooses the worker of a call, where that is done when the call is made. False when no worker could be had. */
  assign(call: Call): boolean {
    if (call.handle !== undefined) return true;
    const takesFirstFree = this.#isShared && call.key === undefined;
    if (takesFirstFree && this.handles.some((handle) => handle.state !== "dead")) return true;
    const handle = takesFirstFree ? undefined : this.#select(call);
    if (handle !== undefined) this.#give(call, handle);
    else if (call.isWaiting) this.#listener.onNoWorker(call);
    return handle !== undefined;
  }

  /** A balancer of the user's own may fail: that is the end of this call, and of no other. */
  #select(call: Call): WorkerHandle | undefined {
    const { key, priority } = call;
    if (key !== undefined) return this.handles[rendezvous(key, this.handles)];
    const balanced: BalancedCall = { method: this.#methods[call.methodIndex] as string, key, priority };
    try {
      const index = this.#balancer.select(this.handles, balanced);
      if (index !== -1 || this.handles.every(({ state }) => state === "dead")) return this.handles[index];
      throw new RangeError(
        `Load balancer "${this.#balancer.name}" selected no worker, though there are some.`,
      );
    } catch (error) {
      this.#listener.onNoWorker(call, error);
      return undefined;
    }
  }

  /** Sends an assigned call, or queues it. */
  submit(call: Call): void {
    const { handle } = call;
    if (handle === undefined) {
      const free = this.#shared.size === 0 ? this.#room.find(call) : undefined;
      if (free === undefined) this.#shared.push(call);
      else this.#send(call, free);
    } else if (handle.queue.size === 0 && this.#room.has(handle, call)) {
      this.#send(call, handle);
    } else {
      handle.queue.push(call);
      this.#balancer.workerChanged?.(handle.index);
      // A worker that isn't up keeps nobody waiting while another one idles.
      if (handle.state !== "ready") for (const other of this.handles) this.#help(other);
    }
  }

  /** Tells that a call that waits in a queue has been cancelled. */
  forget(call: Call): void {
    call.queue?.forget(call);
    if (call.handle !== undefined) this.#balancer.workerChanged?.(call.handle.index);
  }

  /** Sends what waits for a worker that may have room now. */
  pump(handle: WorkerHandle): void {
    this.#balancer.workerChanged?.(handle.index);
    this.#drain(handle);
    if (this.#isShared) this.#drainShared();
    this.#help(handle);
  }

  #drain(handle: WorkerHandle): void {
    for (let call = handle.queue.peek(); call !== undefined; call = handle.queue.peek()) {
      if (!this.#room.has(handle, call)) return;
      handle.queue.shift();
      this.#send(call, handle);
    }
  }

  #drainShared(): void {
    for (let call = this.#shared.peek(); call !== undefined; call = this.#shared.peek()) {
      const free = this.#room.find(call);
      if (free === undefined) return;
      this.#shared.shift();
      this.#send(call, free);
    }
  }

  /**
   * Gives an idle worker a call that waits elsewhere: at a worker that isn't up yet, or, where the balancer is for that,
   * at the busiest one.
   */
  #help(idle: WorkerHandle): void {
    if (idle.state !== "ready" || idle.running > 0 || idle.queue.size > 0) return;
    let longest: WorkerHandle | undefined;
    for (const handle of this.handles) {
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

  /** Gives an idle worker what is stuck behind a slow call elsewhere, where the balancer is for that. */
  #takeOver(idle: WorkerHandle): void {
    if (!this.#isShared && !this.#movesToIdle) return;
    const call = this.#stuckCalls.takeStuckCall(tickNow());
    const slow = call?.handle;
    if (call === undefined || slow === undefined) return;
    slow.rest(tickNow());
    this.#balancer.workerChanged?.(slow.index);
    call.handle = idle;
    this.#send(call, idle);
  }

  /** Finds other workers for calls that lost theirs; pinned ones wait for the next one at their place. */
  move(calls: readonly Call[]): void {
    for (const call of calls) {
      if (call.isSettled) continue;
      const { handle, isPinned } = call;
      if (!isPinned && (call.key === undefined || handle?.state === "dead")) call.handle = undefined;
      call.state = WAITING;
      call.live = undefined;
      if (isPinned && handle?.state === "dead") this.#listener.onNoWorker(call, handle.deadBecause);
      else if (this.assign(call)) this.submit(call);
    }
  }

  /** Takes the calls that wait at a worker, in order. */
  takeFrom(handle: WorkerHandle): Call[] {
    return handle.queue.takeAll();
  }

  /** The calls that wait for a worker; they stay. */
  list(): Call[] {
    return [...this.#shared.list(), ...this.handles.flatMap(({ queue }) => queue.list())];
  }

  /** Takes every call that waits. */
  takeAll(): Call[] {
    return [...this.#shared.takeAll(), ...this.handles.flatMap((handle) => handle.queue.takeAll())];
  }

  #give(call: Call, handle: WorkerHandle): void {
    call.handle = handle;
    handle.total += 1;
  }

  /** Sends a call for which there is room, as soon as limits let it go. */
  #send(call: Call, handle: WorkerHandle): void {
    if (call.handle === undefined) this.#give(call, handle);
    const admission = this.#listener.gate?.admits(call, handle) ?? "now";
    if (admission === "now") this.#sendNow(call, handle);
    if (admission === "later" && !call.isSettled) {
      call.isReserved = true;
      handle.reserved += 1;
      this.#balancer.workerChanged?.(handle.index);
    }
  }

  /** A call that was kept waiting may go: to the worker that keeps room for it, if that is still there. */
  proceed(call: Call, handle: WorkerHandle): void {
    this.unreserve(call);
    if (handle.state === "ready" && handle.live?.isOpen) this.#sendNow(call, handle);
    else this.move([call]);
  }

  /** Gives up the room that is kept for a call. */
  unreserve(call: Call): void {
    const { handle } = call;
    if (!call.isReserved || handle === undefined) return;
    call.isReserved = false;
    handle.reserved -= 1;
    this.#balancer.workerChanged?.(handle.index);
  }

  #sendNow(call: Call, handle: WorkerHandle): void {
    const { live } = handle;
    if (live === undefined) throw new Error("a call was sent to a worker that isn't there");
    call.cost = this.#window.costOf(call.methodIndex);
    this.#listener.onSend(call, handle);
    // A listener may have cancelled it.
    if (call.isSettled) {
      handle.rest(tickNow());
      return;
    }
    call.state = SENT;
    call.live = live;
    try {
      live.send(call);
    } catch (error) {
      call.state = WAITING;
      call.live = undefined;
      this.#listener.onUnsendable(call, error);
    }
    this.#balancer.workerChanged?.(handle.index);
  }
}
