import { setImmediate as turn } from "node:timers/promises";
import { callContext, Worker } from "concurry";

/** What a method can know of its call. */
export interface Seen {
  readonly callId: number;
  readonly method: string;
  readonly attempt: number;
  readonly workerIndex: number;
  readonly aborted: boolean;
}

function seen(): Seen {
  const { callId, method, attempt, workerIndex, signal } = callContext();
  return { callId, method, attempt, workerIndex, aborted: signal.aborted };
}

/** Runs in the caller's realm, inside the methods of another worker. */
export class Inner extends Worker {
  plain(): Seen {
    return seen();
  }

  async later(): Promise<Seen[]> {
    const first = seen();
    await turn();
    return [first, seen()];
  }
}

/** Looks at its calls. */
export class Contextual extends Worker {
  readonly #atConstruction: string;
  #atStart = "";

  constructor() {
    super();
    this.#atConstruction = outsideOfCall();
  }

  onStart(): void {
    this.#atStart = outsideOfCall();
  }

  plain(): Seen {
    return seen();
  }

  /** Looks again after each of several turns. */
  async often(turns: number): Promise<Seen[]> {
    const looks = [seen()];
    for (let count = 0; count < turns; count += 1) {
      await turn();
      looks.push(seen());
    }
    return looks;
  }

  /** Two signals of one call. */
  sameSignal(): boolean {
    const { signal } = callContext();
    return callContext().signal === signal;
  }

  outside(): readonly string[] {
    return [this.#atConstruction, this.#atStart];
  }

  /** Calls another pool in the middle of a call, and looks at its own call before and after. */
  nested(mode: "sync" | "async"): Promise<Seen[]> {
    const before = seen();
    const pool = Inner.options({ mode }).init();
    const calls = [pool.plain().then((look) => [look]), pool.later()];
    const between = seen();
    return Promise.all(calls).then(async (looks) => {
      await pool.stop();
      return [before, ...looks.flat(), between];
    });
  }

  /** As {@link nested}, in an async method. */
  async nestedLater(mode: "sync" | "async"): Promise<Seen[]> {
    const looks = await this.nested(mode);
    return [...looks, seen()];
  }
}

function outsideOfCall(): string {
  try {
    callContext();
    return "no error";
  } catch (error) {
    return (error as Error).message;
  }
}
