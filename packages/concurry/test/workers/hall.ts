import { type Pool, Worker } from "concurry";
import { Counter } from "./counter.ts";
import { type Address, Resident } from "./resident.ts";

type Mode = "sync" | "async" | "thread" | "process";
type Counters = readonly [Pool<Counter>, Pool<Counter>, Pool<Counter>];

const { NOTES_FILE = "/dev/null", SHARED_MODE = "thread" } = process.env;

/** One pool for all that runs in this realm. */
export const shared: Pool<Resident> = Resident.options({ mode: SHARED_MODE as "thread", maxWorkers: 2 }).init(
  NOTES_FILE,
  "shared",
);

/** Uses the pool at the top of its module. */
export class Hall extends Worker {
  addresses(): Promise<Address[]> {
    return shared.broadcast.address();
  }
}

/** Has three pools, and makes calls through all of them. */
export class Chain extends Worker {
  readonly #counters: Counters;

  constructor(mode: Mode) {
    super();
    const counters = (): Pool<Counter> => Counter.options({ mode } as { mode: "thread" }).init(0);
    this.#counters = [counters(), counters(), counters()];
  }

  run(start: number): Promise<number> {
    const [first, second, third] = this.#counters;
    return third.addLater(second.add(first.addLater(start)));
  }

  fail(message: string): Promise<number> {
    const [first, second, third] = this.#counters;
    return third.add(second.add(first.fail(message)));
  }
}
