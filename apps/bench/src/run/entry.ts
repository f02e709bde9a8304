import type { BenchCase, Measurement } from "../cases/case.ts";
import { HostHandle } from "../host/host-handle.ts";
import type { Kind, Peer } from "../peers/peer.ts";

/** One timed run. */
export interface Round extends Measurement {
  readonly round: number;
}

/** A round of calls takes about this long at most: of a peer that is far behind, fewer calls tell the same. */
const MOST_ROUND_MS = 500;
/**
 * A round this short follows directly upon one that isn't counted. While its host rested, caches went and V8 gave memory
 * back; in a short round that would weigh more than the calls.
 */
const SHORT_ROUND_MS = 600;
const WARM_UPS = 3;

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
  /** Workloads that the present host has run untimed, and the most calls of a round that follow from it. */
  readonly #warm = new Map<string, number>();
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
    if (benchCase.needsFreshHost === true) return this.#measureFresh(benchCase, calls, round);
    if (this.#host === undefined) await this.open();
    const host = this.#host;
    if (host === undefined) return;
    try {
      const most = this.#warm.get(benchCase.name) ?? (await this.#warmUp(host, benchCase, calls));
      if (round === undefined) return;
      this.#keep(benchCase.name, { round, ...(await this.#run(host, benchCase, most)) });
    } catch (error) {
      this.#failures.set(benchCase.name, (error as Error).message);
      await this.close();
    }
  }

  async #run(host: HostHandle, { name, figure }: BenchCase, calls: number): Promise<Measurement> {
    const first = await host.ask({ type: "measure", case: name, calls });
    const isEnough = figure === "memory" || first.elapsedMs > SHORT_ROUND_MS;
    return isEnough ? first : host.ask({ type: "measure", case: name, calls });
  }

  /** Runs one workload once, in a host that has done nothing else; the entry's own goes on. */
  async #measureFresh({ name }: BenchCase, calls: number, round: number | undefined): Promise<void> {
    if (round === undefined) return;
    const { kind, workers, node } = this.#settings;
    const host = new HostHandle(node);
    try {
      await host.ask({ type: "open", peer: this.peer.name, kind, workers });
      this.#keep(name, { round, ...(await host.ask({ type: "measure", case: name, calls })) });
    } catch (error) {
      this.#failures.set(name, (error as Error).message);
    } finally {
      await host.stop();
    }
  }

  #keep(name: string, round: Round): void {
    this.#rounds.set(name, [...(this.#rounds.get(name) ?? []), round]);
  }

  /** Runs a workload untimed. Returns how many calls fit into a round. */
  async #warmUp(host: HostHandle, { name, minCalls, figure }: BenchCase, calls: number): Promise<number> {
    let most = minCalls;
    // The first runs are slow: each tells how many calls the next one may have.
    for (let run = 0; run < WARM_UPS; run += 1) {
      const { elapsedMs, ...done } = await host.ask({ type: "measure", case: name, calls: most });
      const fitting = Math.floor((done.calls * MOST_ROUND_MS) / elapsedMs);
      // Workloads with a fixed amount of work are compared by their time.
      most = figure === "rate" ? Math.min(calls, Math.max(minCalls, fitting)) : calls;
      if (calls === minCalls) break;
    }
    this.#warm.set(name, most);
    return most;
  }

  /** Ends its host. */
  async close(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    this.#warm.clear();
    await host?.stop();
  }
}
