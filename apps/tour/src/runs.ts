import type { Mode, PoolStats } from "concurry";
import { createBreath } from "./breathe.ts";
import { CheckError } from "./check-error.ts";
import { type FileReport, findDifferences } from "./files/file-report.ts";
import type { SourceFile } from "./files/source-file.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Screen } from "./render/screen.ts";
import { FileAnalyst } from "./workers/file-analyst.ts";

/**
 * How many files whoever works does before time is taken. New code is several times slower than code that V8 has
 * compiled: without it one would compare how often the code is compiled, once or in each worker.
 */
export const WARM_UP_FILES = 400;

/** The modes of the package itself. */
export type LocalMode = Exclude<Mode, "ray">;

/** One pass over all files. */
export interface Run {
  readonly reports: readonly FileReport[];
  readonly elapsedMs: number;
}

/** A pass made by a pool. */
export interface PoolRun extends Run {
  /** Time until the workers were up and had warmed up, not in `elapsedMs`. */
  readonly startMs: number;
  readonly stats: PoolStats;
}

/** What all runs share. */
export interface RunsOptions {
  readonly root: string;
  readonly files: readonly SourceFile[];
  readonly maxWorkers: number;
  readonly screen: Screen;
  readonly interrupt: Interrupt;
  /** Reports to check all results against; `undefined` for those of the plain loop. */
  readonly expected: readonly FileReport[] | undefined;
}

/** Passes over all files, each made once however many steps ask for it; every result is checked. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #pooled = new Map<LocalMode, Promise<PoolRun>>();
  #plain: Promise<Run> | undefined;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /** The same work without any pool: the class by itself, in a loop. */
  plain(): Promise<Run> {
    this.#plain ??= this.#runPlain();
    return this.#plain;
  }

  /** The work in a pool: all calls are made at once, and their results gathered. */
  pooled(mode: LocalMode): Promise<PoolRun> {
    const run = this.#pooled.get(mode) ?? this.#runPool(mode);
    this.#pooled.set(mode, run);
    return run;
  }

  /**
   * Compares reports with those that are known to be right.
   *
   * @param files The files that the reports must be of.
   * @throws {CheckError} When one differs, is missing, or is there twice.
   */
  async check(what: string, files: readonly SourceFile[], reports: readonly FileReport[]): Promise<void> {
    const names = new Set(files.map((file) => file.name));
    const known = this.#options.expected ?? (await this.plain()).reports;
    const differences = findDifferences(
      known.filter((report) => names.has(report.name)),
      reports,
    );
    if (differences.length > 0)
      throw new CheckError(`${what}: ${reports.length} reports, not as expected`, differences);
  }

  async #runPlain(): Promise<Run> {
    const { root, files, screen, interrupt, expected } = this.#options;
    const progress = screen.progress("plain loop", files.length);
    const breathe = createBreath();
    const analyst = new FileAnalyst(root);
    for (const file of files.slice(0, WARM_UP_FILES)) analyst.analyse(file.name);
    const startedAt = performance.now();
    const reports: FileReport[] = [];
    for (const file of files) {
      reports.push(analyst.analyse(file.name));
      progress.tick();
      await breathe();
      interrupt.throwIfCame();
    }
    const elapsedMs = performance.now() - startedAt;
    progress.end();
    if (expected !== undefined) await this.check("plain loop", files, reports);
    return { reports, elapsedMs };
  }

  async #runPool(mode: LocalMode): Promise<PoolRun> {
    const { root, files, screen, interrupt } = this.#options;
    const maxWorkers = mode === "thread" || mode === "process" ? this.#options.maxWorkers : 1;
    const progress = screen.progress(`mode ${mode}`, files.length);
    const breathe = createBreath();
    const initAt = performance.now();
    await using pool = interrupt.covers(FileAnalyst.options({ mode, maxWorkers }).init(root));
    const warmUp = files.slice(0, WARM_UP_FILES);
    await Promise.all(pool.workers.flatMap((worker) => warmUp.map((file) => worker.analyse(file.name))));
    const startedAt = performance.now();
    const calls: Promise<FileReport>[] = [];
    for (const file of files) {
      const call = pool.analyse(file.name);
      calls.push(call);
      call.then(
        () => progress.tick(),
        () => {},
      );
      await breathe();
    }
    const reports = await Promise.all(calls);
    const elapsedMs = performance.now() - startedAt;
    progress.end();
    const stats = pool.getPoolStats();
    await this.check(`mode ${mode}`, files, reports);
    return { reports, elapsedMs, startMs: startedAt - initAt, stats };
  }
}
