import { StoppedError } from "../errors/call-errors.ts";
import { isHome } from "../limits/limits-home.ts";
import { rejectIfAllAreDead } from "./all-dead.ts";
import type { Call } from "./call.ts";
import type { PoolCore } from "./pool.ts";
import { RestartRule } from "./restart-rule.ts";
import { WorkerHandle } from "./worker-handle.ts";

/** The places of a pool: as many as it may have workers at once. */
export class Places {
  /** By index. The array stays the same one when the pool gets another size. */
  readonly handles: WorkerHandle[] = [];
  /** Places that were given up while their workers still had something to do. */
  readonly leaving: Set<WorkerHandle> = new Set();
  readonly #pool: PoolCore;

  constructor(pool: PoolCore) {
    this.#pool = pool;
    this.#add(pool.options.maxWorkers);
  }

  /** Every place where a worker may be. */
  all(): WorkerHandle[] {
    return [...this.handles, ...this.leaving];
  }

  /** Workers that there may be at once, those that leave included. */
  get most(): number {
    return this.handles.length + this.leaving.size;
  }

  /** Whether one more worker may be started for a call: those that leave count until they are gone. */
  get mayWake(): boolean {
    if (!this.#pool.options.onDemand) return true;
    const asleep = this.handles.filter(({ state }) => state === "asleep").length;
    return asleep > this.leaving.size;
  }

  /** Brings a worker to every place, unless workers are started for single calls. */
  fill(handles: readonly WorkerHandle[]): void {
    if (this.#pool.options.onDemand) return;
    for (const handle of handles) this.#pool.supervisor.start(handle);
  }

  /** Resolves when new workers are up, and those that are too many are gone. */
  async resize(count: number): Promise<void> {
    const { closedBy, events, dispatcher } = this.#pool;
    if (closedBy !== undefined) throw closedBy;
    const from = this.handles.length;
    if (count === from) return;
    events.emit("resize", { from, to: count });
    const added = this.#add(count - from);
    const surplus = this.handles.splice(count);
    const waiting = surplus.flatMap((handle) => this.#giveUp(handle, count));
    this.fill(added);
    dispatcher.redistribute(waiting);
    rejectIfAllAreDead(this.#pool);
    await Promise.all([
      ...surplus.map((handle) => this.#seeOff(handle)),
      ...added.map((handle) => this.#isUp(handle)),
    ]);
  }

  #add(count: number): WorkerHandle[] {
    const { options } = this.#pool;
    const added: WorkerHandle[] = [];
    for (let step = 0; step < count; step += 1) {
      const handle = new WorkerHandle(this.handles.length, new RestartRule(options.restart));
      if (options.onDemand || options.startsLate) handle.state = "asleep";
      this.handles.push(handle);
      added.push(handle);
    }
    return added;
  }

  async #isUp(handle: WorkerHandle): Promise<void> {
    while (handle.isComing) await handle.changed.wait();
    const isWanted = !handle.isLeaving && this.#pool.closedBy === undefined;
    if (isWanted && handle.state === "dead") throw handle.deadBecause;
  }

  /** Gives up a place: no more calls go there. Returns what waits there. */
  #giveUp(handle: WorkerHandle, count: number): Call[] {
    const { dispatcher, charging, options } = this.#pool;
    this.leaving.add(handle);
    handle.isLeaving = true;
    handle.deadBecause = new StoppedError(
      `Worker ${handle.index} of "${options.name}" is gone: the pool was resized to ${count}.`,
    );
    if (handle.state === "ready") handle.successor = "nobody";
    // It is recycled no more: what is bound to it can go nowhere else.
    handle.callsLeft = Number.POSITIVE_INFINITY;
    // What waits for limits and will be free to go elsewhere needs no room here.
    for (const call of charging?.list() ?? [])
      if (call.handle === handle && !call.isPinned) dispatcher.unreserve(call);
    return [...takeSent(handle), ...dispatcher.takeFrom(handle)];
  }

  /** What runs there, and what is bound to the worker, is finished. */
  async #seeOff(handle: WorkerHandle): Promise<void> {
    const { dispatcher, supervisor, options } = this.#pool;
    // What is bound to the worker is finished there, or by the one that replaces it just now.
    while (handle.holdsCalls && (handle.isComing || handle.live !== undefined))
      await (handle.state === "ready" ? handle.rested : handle.changed).wait();
    if (handle.live !== undefined && handle.state !== "starting") await supervisor.retire(handle, "nobody");
    else await supervisor.dismiss(handle);
    this.leaving.delete(handle);
    if (options.limits !== undefined && isHome(options.limits)) options.limits.forget(handle);
    handle.changed.resolve();
    dispatcher.move(dispatcher.takeFrom(handle));
    if (options.onDemand) for (const other of [...this.handles]) dispatcher.pump(other);
  }
}

/** Takes back what was sent to a worker and can still go to another one. */
function takeSent({ live }: WorkerHandle): Call[] {
  if (live?.canTakeBack !== true) return [];
  const calls = live.slots.list().filter((call) => !call.isSettled && !call.isPinned && !call.isGivenAway);
  return calls.filter((call) => live.takeBack(call));
}
