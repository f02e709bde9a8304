import type { Measurement } from "../cases/case.ts";
import type { OwnFigure } from "../own/own-figure.ts";
import type { OwnName } from "../own/own-names.ts";
import type { Kind } from "../peers/peer.ts";

/** What the runner asks of a host. One command at a time. */
export type HostCommand =
  | { readonly type: "open"; readonly peer: string; readonly kind: Kind; readonly workers: number }
  | { readonly type: "measure"; readonly case: string; readonly calls: number }
  | {
      readonly type: "own";
      readonly workload: OwnName;
      readonly rounds: number;
      readonly scale: number;
    }
  | { readonly type: "stop" };

/** What the checks before timing found out. */
export interface OpenReport {
  /** `process.version` of the host. */
  readonly node: string;
  /** What isn't as it should be but doesn't prevent timing, such as a wrong type. */
  readonly marks: readonly string[];
}

/** What one own workload gave. */
export interface OwnReport {
  /** `process.version` of the host. */
  readonly node: string;
  readonly figures: readonly OwnFigure[];
}

/** What each command gives back. */
export interface HostResults {
  readonly open: OpenReport;
  readonly measure: Measurement;
  readonly own: OwnReport;
  readonly stop: null;
}

/** What a host answers. */
export type HostReply =
  | { readonly type: "done"; readonly value: HostResults[keyof HostResults] }
  | { readonly type: "failed"; readonly reason: string };
