import type { Ask, LimitTarget } from "./ask.ts";
import type { CallCharge } from "./call-charge.ts";
import type { Grant, OwnerId } from "./grant.ts";
import type { LimitStats } from "./limits.ts";
import { PaidCalls } from "./paid-calls.ts";
import type { LimitBalancerStats, SetChooser } from "./set-chooser.ts";
import type { SetCore } from "./set-core.ts";
import { Wait, type WaitSink } from "./wait.ts";

/** Several sets: each request, or each call, takes from one of them. */
export class PoolCore implements LimitTarget {
  readonly #cores: readonly SetCore[];
  readonly #names: readonly string[];
  readonly #chooser: SetChooser;

  constructor(cores: readonly SetCore[], names: readonly string[], chooser: SetChooser) {
    this.#cores = cores;
    this.#names = names;
    this.#chooser = chooser;
  }

  take(ask: Ask): Grant | undefined {
    const chosen = ask.call?.core;
    // What a call was charged at, it takes from.
    if (chosen !== undefined && !ask.isCallCharge) return this.#takeOfCall(ask, chosen as SetCore);
    const candidates = this.#candidates(ask);
    if (this.#chooser.balancing === "first_available") return this.#takeFirst(ask, candidates);
    const core = this.#chooser.choose(candidates);
    ask.chosen = core;
    return core.take(ask);
  }

  /** Each request chooses its set. */
  takePlain(): undefined {}

  wait(ask: Ask, sink: WaitSink): Wait {
    if (ask.chosen !== undefined) return ask.chosen.wait(ask, sink);
    const wait = new Wait(this.#counting(sink), ask.signals);
    const candidates = this.#candidates(ask);
    const withRoom = candidates.filter((core) => !core.isFull);
    // With room nowhere, the first says so.
    for (const core of withRoom.length > 0 ? withRoom : candidates) core.join(wait, ask);
    wait.listen();
    if (!ask.isCallCharge) ask.call?.waits(wait);
    return wait;
  }

  ownerGone(owner: OwnerId): void {
    for (const core of this.#cores) core.ownerGone(owner);
  }

  chargesCall(method: string): boolean {
    return this.#cores.some((core) => core.chargesCall(method));
  }

  /** Each call that is charged chooses its set, and may change it: that is noted with the call. */
  paidCalls(method: string): PaidCalls | undefined {
    return this.chargesCall(method) ? undefined : new PaidCalls(method, undefined, []);
  }

  balancerStats(): LimitBalancerStats {
    return this.#chooser.stats(this.#names);
  }

  stats(): Readonly<Record<string, LimitStats>> {
    const stats: Record<string, LimitStats> = {};
    for (const [index, core] of this.#cores.entries())
      for (const [key, one] of Object.entries(core.stats())) stats[`${this.#names[index]}.${key}`] = one;
    return stats;
  }

  #takeOfCall(ask: Ask, core: SetCore): Grant | undefined {
    ask.chosen = core;
    const call = ask.call as CallCharge;
    const mayMove = this.#chooser.balancing === "first_available" && !call.hasAcquired;
    const grant = core.take(ask);
    call.hasAcquired = true;
    if (grant !== undefined || !mayMove) return grant;
    for (const other of this.#chooser.candidates((one) => one !== core && one.couldGrant(ask))) {
      const moved = other.takeWithCall(ask, call);
      if (moved === undefined) continue;
      this.#chooser.count(other);
      return moved;
    }
    return undefined;
  }

  #takeFirst(ask: Ask, candidates: readonly SetCore[]): Grant | undefined {
    for (const core of candidates) {
      const grant = core.take(ask);
      if (grant === undefined) continue;
      this.#chooser.count(core);
      return grant;
    }
    return undefined;
  }

  /** @throws {LimitError} Of the first set, when none could ever grant the request. */
  #candidates(ask: Ask): SetCore[] {
    const candidates = this.#chooser.candidates((core) => core.couldGrant(ask));
    if (candidates.length > 0) return candidates;
    throw this.#cores[0]?.obstacle(ask);
  }

  #counting(sink: WaitSink): WaitSink {
    return {
      granted: (grant) => {
        this.#chooser.count(grant.core as SetCore);
        sink.granted(grant);
      },
      refused: (reason) => sink.refused(reason),
    };
  }
}
