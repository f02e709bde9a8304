/** What the guard asks of the host. */
export interface GuardedHost {
  /** True in code that runs only because the host loads the user's module. */
  readonly isStartUp: () => boolean;
  /** Runs something that is not start-up code. */
  readonly outside: (run: () => void) => void;
  /** Told when start-up code failed or asked for the end. */
  readonly signal: () => void;
}

/** How failures of start-up code are told; set once the module is known. */
export interface StartUpReport {
  /** Path of the module, for the message. */
  readonly path: string;
  /** Whether this host of the pool is the one that warns. */
  readonly warns: boolean;
}

const failures: unknown[] = [];
let report: StartUpReport | undefined;
let hasWarned = false;
let host: GuardedHost | undefined;

/** Keeps start-up code from ending the host: by `process.exit`, by an uncaught error, by a rejection. */
export function guardStartUp(guarded: GuardedHost): void {
  host = guarded;
  const exit = process.exit;
  // Node itself calls it with no argument at all, which is not the same as with undefined.
  process.exit = ((...code: [number?]) => {
    if (!guarded.isStartUp()) return exit.apply(process, code);
    guarded.signal();
    return undefined;
  }) as typeof process.exit;
  process.on("uncaughtException", takeUncaught);
}

/** What start-up code failed with so far. */
export function startUpFailures(): readonly unknown[] {
  return failures;
}

/** The class was found: failures of start-up code no longer matter, and are told once. */
export function tolerateFailures(next: StartUpReport): void {
  report = next;
  warn();
}

/** Hides what start-up code prints: the parent has printed it already. */
export function muteStartUp(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write;
    stream.write = function (this: typeof stream, ...given: unknown[]): boolean {
      if (!host?.isStartUp()) return Reflect.apply(write, this, given);
      const done = given.find((value) => typeof value === "function") as (() => void) | undefined;
      if (done !== undefined) process.nextTick(done);
      return true;
    } as typeof stream.write;
  }
}

// Unhandled rejections come here too: Node raises them as uncaught exceptions, with the store of the promise.
function takeUncaught(error: unknown): void {
  if (host?.isStartUp()) {
    failures.push(error);
    warn();
    host.signal();
    return;
  }
  if (process.listenerCount("uncaughtException") > 1) return;
  // Nobody else listens: the host dies of it, as it would without this listener.
  process.off("uncaughtException", takeUncaught);
  process.nextTick(() => {
    throw error;
  });
}

function warn(): void {
  if (report === undefined || hasWarned || failures.length === 0) return;
  hasWarned = true;
  const text = `Start-up code of ${report.path} failed inside a worker and was ignored: ${messageOf(failures[0])}.`;
  if (report.warns) host?.outside(() => process.emitWarning(text));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
