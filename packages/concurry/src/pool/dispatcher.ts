import type { PoolBalancer } from "../balance/balancer.ts";
import { tickNow } from "../util/clock.ts";
import type { Call } from "./call.ts";
import { SENT, WAITING } from "./call.ts";
import { CallQueue } from "./call-queue.ts";
import type { Admission } from "./charging.ts";
import { Chooser } from "./chooser.ts";
import type { LiveWorker } from "./live-worker.ts";
import type { Places } from "./places.ts";
import { Relief } from "./relief.ts";
import type { ResolvedOptions } from "./resolved-options.ts";
import { Room } from "./room.ts";
import type { Window } from "./window.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What the dispatcher tells the pool. */
export interface DispatchListener {
  /** Says whether a call may be sent now; if later, it calls `proceed` then. Undefined where nothing holds calls back. */
  readonly gate: { admits(call: Call, handle: WorkerHandle): Admission } | undefined;
  /** A call leaves for its worker. */
  onSend(call: Call, handle: WorkerHandle): void;
  /** A call could not be sent: its values can't be copied. True when it can now. */
  onUnsendable(call: Call, error: unknown): boolean;
  /** A call waits where no worker is, or will be unless one is started. */
  onWanted(handle: WorkerHandle): void;
  /** A worker has been sent the last call that it is to have. */
  onSpent(handle: WorkerHandle): void;
  /** A worker is up, and there is no call for it. Absent where that is no reason to do anything. */
  readonly onUnused?: ((handle: WorkerHandle) => void) | undefined;
  /** No worker is left that could ever take the call, or the balancer failed. */
  onNoWorker(call: Call, error?: unknown): void;
}

/** Brings calls to workers: now where there is room, else as soon as there is. */
export class Dispatcher {
  readonly handles: readonly WorkerHandle[];
  readonly chooser: Chooser;
  readonly #places: Places;
  readonly #balancer: PoolBalancer;
  readonly #window: Window;
  readonly #room: Room;
  readonly #listener: DispatchListener;
  /** Calls for the first worker with room. */
  readonly #shared: CallQueue = new CallQueue();
  readonly #relief: Relief;

  constructor(
    places: Places,
    balancer: PoolBalancer,
    window: Window,
    options: ResolvedOptions,
    listener: DispatchListener,
  ) {
    const { handles } = places;
    this.handles = handles;
    this.#places = places;
    this.chooser = new Chooser(places, balancer, options);
    this.#balancer = balancer;
    this.#window = window;
    this.#room = new Room(handles, window);
    this.#listener = listener;
    this.#relief = new Relief(handles, balancer, this.#room, (call, handle) => this.#send(call, handle));
  }

  /** Chooses the worker of a call, where that is done when the call is made. False when no worker could be had. */
  assign(call: Call): boolean {
    if (call.handle !== undefined) return true;
    try {
      const chosen = this.chooser.choose(call, this.#shared);
      if (chosen === "first") return true;
      if (chosen !== undefined) this.chooser.give(call, chosen);
      else if (call.isWaiting) this.#listener.onNoWorker(call);
      return chosen !== undefined;
    } catch (error) {
      // A balancer of the user's own may fail: that is the end of this call, and of no other.
      this.#listener.onNoWorker(call, error);
      return false;
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
      if (handle.state === "asleep") this.#listener.onWanted(handle);
      // A worker that isn't up keeps nobody waiting while another one idles.
      if (handle.state !== "ready") for (const other of this.handles) this.#relief.help(other);
    }
  }

  /** Tells that a call that waits in a queue has been cancelled. */
  forget(call: Call): void {
    call.queue?.forget(call);
    if (call.handle !== undefined) this.#balancer.workerChanged?.(call.handle.index);
    call.handle?.rested.resolve();
  }

  /** Sends what waits for a worker that may have room now. */
  pump(handle: WorkerHandle): void {
    this.#balancer.workerChanged?.(handle.index);
    if (handle.state === "asleep") this.#rouse(handle);
    this.#drain(handle);
    if (this.chooser.isShared) this.#drainShared();
    this.#relief.help(handle);
    const isUnused = handle.state === "ready" && handle.isAtRest && !handle.holdsCalls;
    if (isUnused) this.#listener.onUnused?.(handle);
  }

  /** Starts a worker where calls wait for one, or where one is needed for those that wait for any. */
  #rouse(handle: WorkerHandle): void {
    const isFree = handle.queue.size === 0 && this.#places.mayWake;
    const next = isFree ? this.#shared.shift() : undefined;
    if (next !== undefined) {
      this.chooser.give(next, handle);
      handle.queue.push(next);
    }
    if (handle.queue.size > 0) this.#listener.onWanted(handle);
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

  /** Finds other workers for calls that lost theirs; pinned ones wait for the next one at their place. */
  move(calls: readonly Call[]): void {
    for (const call of calls) {
      if (call.isSettled) continue;
      const { handle, isPinned } = call;
      const isLost = handle?.state === "dead" || handle?.isLeaving;
      if (!isPinned && (call.key === undefined || isLost)) call.handle = undefined;
      call.state = WAITING;
      call.live = undefined;
      if (isPinned && handle?.state === "dead") this.#listener.onNoWorker(call, handle.deadBecause);
      else if (this.assign(call)) this.submit(call);
    }
  }

  /** The pool has another size: these calls, and what else waits and isn't bound to a worker, are given out anew. */
  redistribute(taken: readonly Call[]): void {
    const waiting = [...this.#shared.takeAll(), ...this.handles.flatMap((handle) => this.takeFrom(handle))];
    this.move([...taken, ...waiting].sort((a, b) => a.number - b.number));
    // A place of an on-demand pool is asleep until one of those that wait is given to it.
    for (const handle of [...this.handles]) this.pump(handle);
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

  /** Sends a call for which there is room, as soon as limits let it go. */
  #send(call: Call, handle: WorkerHandle): void {
    if (call.handle === undefined) this.chooser.give(call, handle);
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
    const isKept = call.isReserved && handle.state === "ready" && handle.callsLeft > 0;
    this.unreserve(call);
    if (isKept && handle.live?.isOpen) this.#sendNow(call, handle);
    else this.move([call]);
  }

  /** Gives up the room that is kept for a call. */
  unreserve(call: Call): void {
    const { handle } = call;
    if (!call.isReserved || handle === undefined) return;
    call.isReserved = false;
    handle.reserved -= 1;
    handle.rested.resolve();
    this.#balancer.workerChanged?.(handle.index);
  }

  #sendNow(call: Call, handle: WorkerHandle): void {
    const { live } = handle;
    if (live === undefined) throw new Error("a call was sent to a worker that isn't there");
    // First: when a call settles while it is sent, the next one must not find room for one too many.
    handle.callsLeft -= 1;
    call.cost = this.#window.costOf(call.methodIndex);
    this.#listener.onSend(call, handle);
    if (call.isSettled) handle.rest(tickNow());
    else this.#handTo(live, call);
    if (handle.callsLeft === 0 && handle.live === live) this.#listener.onSpent(handle);
    this.#balancer.workerChanged?.(handle.index);
  }

  #handTo(live: LiveWorker, call: Call): void {
    call.state = SENT;
    call.live = live;
    try {
      live.send(call);
    } catch (error) {
      call.state = WAITING;
      call.live = undefined;
      // At once: those that are behind it must not overtake it.
      if (this.#listener.onUnsendable(call, error)) this.#handTo(live, call);
    }
  }
}
