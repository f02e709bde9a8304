import type { SetCore } from "./set-core.ts";

/** How a `LimitPool` chooses among its sets. */
export type LimitPoolBalancing = "round_robin" | "random" | "first_available";

/** Numbers of a `LimitPool`'s choices. */
export interface LimitBalancerStats {
  readonly algorithm: "RoundRobin" | "Random" | "FirstAvailable";
  /** How often each set was chosen, by its name. */
  readonly selected: Readonly<Record<string, number>>;
}

const NAMES = { round_robin: "RoundRobin", random: "Random", first_available: "FirstAvailable" } as const;

/** Chooses sets, and counts the choices. */
export class SetChooser {
  readonly balancing: LimitPoolBalancing;
  readonly #cores: readonly SetCore[];
  readonly #random: () => number;
  readonly #offset: number;
  readonly #selected: number[];
  #next: number;

  constructor(
    cores: readonly SetCore[],
    balancing: LimitPoolBalancing,
    offset: number,
    random: () => number,
  ) {
    this.balancing = balancing;
    this.#cores = cores;
    this.#offset = offset % cores.length;
    this.#next = this.#offset;
    this.#random = random;
    this.#selected = cores.map(() => 0);
  }

  /** The sets that pass a test, in the order in which they are tried. */
  candidates(isCandidate: (core: SetCore) => boolean): SetCore[] {
    const first = this.#offset;
    return [...this.#cores.slice(first), ...this.#cores.slice(0, first)].filter(isCandidate);
  }

  /** One of the candidates: the next in turn, or any. */
  choose(candidates: readonly SetCore[]): SetCore {
    const core = this.balancing === "random" ? this.#any(candidates) : this.#inTurn(candidates);
    this.count(core);
    return core;
  }

  count(core: SetCore): void {
    const index = this.#cores.indexOf(core);
    this.#selected[index] = (this.#selected[index] ?? 0) + 1;
  }

  stats(names: readonly string[]): LimitBalancerStats {
    const selected = Object.fromEntries(names.map((name, index) => [name, this.#selected[index] ?? 0]));
    return { algorithm: NAMES[this.balancing], selected };
  }

  #any(candidates: readonly SetCore[]): SetCore {
    const index = Math.min(candidates.length - 1, Math.floor(this.#random() * candidates.length));
    return candidates[Math.max(0, index)] as SetCore;
  }

  #inTurn(candidates: readonly SetCore[]): SetCore {
    const count = this.#cores.length;
    let index = this.#next;
    while (!candidates.includes(this.#cores[index] as SetCore)) index = (index + 1) % count;
    this.#next = (index + 1) % count;
    return this.#cores[index] as SetCore;
  }
}
