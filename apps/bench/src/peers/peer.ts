import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";

/** Where a library's workers run. */
export type Kind = "thread" | "process";

/** What tiny calls are made to. */
export interface Incrementer {
  increment(value: number): Promise<number>;
}

/** What every peer can do: enough for the workloads. */
export interface Target extends Incrementer {
  echo(record: BenchRecord): Promise<BenchRecord>;
  echoBytes(bytes: Uint8Array): Promise<Uint8Array>;
  /** Like `echoBytes`, but the bytes move instead of being copied. Absent: the library can't. */
  moveBytes?(bytes: Uint8Array): Promise<Uint8Array>;
  work(job: Job): Promise<number>;
  /** Resolves when all workers are up. Absent: the library doesn't tell, or has waited when it was opened. */
  ready?(): Promise<void>;
  /** Ends all workers. */
  stop(): Promise<void>;
}

/** A library's workers; the further methods are for the checks before timing. */
export interface LibraryTarget extends Target {
  incrementLater(value: number): Promise<number>;
  fail(message: string): Promise<unknown>;
}

/** What a peer is opened with. */
export interface OpenOptions {
  readonly kind: Kind;
  /** Workers to start. Integer, 1 or more. */
  readonly workers: number;
}

interface PeerBase {
  readonly name: string;
  /** Packages whose versions are noted in the results. */
  readonly packages: readonly string[];
  readonly kinds: readonly Kind[];
  /** What its settings are, in a few words. */
  readonly settings: string;
}

/** A library that is compared. */
export interface LibraryPeer extends PeerBase {
  readonly role: "library";
  open(options: OpenOptions): Promise<LibraryTarget>;
}

/** A physical limit: what the platform gives without a library. Shown, but never the best peer. */
export interface LimitPeer extends PeerBase {
  readonly role: "limit";
  /** The workloads for which it is a limit. */
  readonly cases: readonly string[];
  open(options: OpenOptions): Promise<Target>;
}

/** One competitor of the bench. */
export type Peer = LibraryPeer | LimitPeer;
