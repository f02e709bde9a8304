import type { BenchCase, Measurement } from "../cases/case.ts";
import { HostHandle } from "../host/host-handle.ts";
import type { Kind, Peer } from "../peers/peer.ts";

/** One timed run. */
export interface Round extends Measurement {
  readonly round: number;
}

/** Which workers an entry runs on. */
export interface GroupSettings {
  readonly kind: Kind;
  readonly workers: number;
  readonly node: string;
}

/**
 * One peer in one group of rows: its host, its rounds, and why it has none.
 * A failed workload costs a peer that row alone; the next one gets a fresh host.
 */
export class Entry {
  readonly peer: Peer;
  readonly #settings: GroupSettings;
  readonly #rounds = new Map<string, Round[]>();
  readonly #failures = new Map<string, string>();
  #host: HostHandle | undefined;
  /** Workloads that the present host has run: a fresh one runs each once untimed. */
  readonly #warm = new Set<string>();
  #marks: readonly string[] = [];
  #node: string | undefined;
  #openFailure: string | undefined;

  constructor(peer: Peer, settings: GroupSettings) {
    this.peer = peer;
    this.#settings = settings;
  }

  get marks(): readonly string[] {
    return this.#marks;
  }

  /** Version of Node in its host, once it has been open. */
  get node(): string | undefined {
    return this.#node;
  }

  takesPart(benchCase: BenchCase): boolean {
    if (benchCase.kinds?.includes(this.#settings.kind) === false) return false;
    return this.peer.role === "library" || this.peer.cases.includes(benchCase.name);
  }

  roundsOf(benchCase: BenchCase): readonly Round[] {
    return this.#rounds.get(benchCase.name) ?? [];
  }

  /** Why the row is incomplete, if it is. */
  failureOf(benchCase: BenchCase): string | undefined {
    return this.#openFailure ?? this.#failures.get(benchCase.name);
  }

  /** Starts the library and checks it. */
  async open(): Promise<void> {
    const { kind, workers, node } = this.#settings;
    const host = new HostHandle(node);
    this.#host = host;
    try {
      const report = await host.ask({ type: "open", peer: this.peer.name, kind, workers });
      this.#marks = report.marks;
      this.#node = report.node;
    } catch (error) {
      this.#openFailure = (error as Error).message;
      await this.close();
    }
  }

  /** Runs one workload once; the result is kept unless `round` is undefined (warm-up). */
  async measure(benchCase: BenchCase, calls: number, round: number | undefined): Promise<void> {
    if (!this.takesPart(benchCase) || this.failureOf(benchCase) !== undefined) return;
    if (this.#host === undefined) await this.open();
    const host = this.#host;
    if (host === undefined) return;
    const ask = () => host.ask({ type: "measure", case: benchCase.name, calls });
    try {
      if (!this.#warm.has(benchCase.name)) await ask();
      this.#warm.add(benchCase.name);
      if (round === undefined) return;
      const measurement = await ask();
      const rounds = this.#rounds.get(benchCase.name) ?? [];
      this.#rounds.set(benchCase.name, [...rounds, { round, ...measurement }]);
    } catch (error) {
      this.#failures.set(benchCase.name, (error as Error).message);
      await this.close();
    }
  }

  /** Ends its host. */
  async close(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    this.#warm.clear();
    await host?.stop();
  }
}
