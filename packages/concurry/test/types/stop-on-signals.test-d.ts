import { expectTypeOf, test } from "vitest";
import type { Pool } from "../../src/pool/pool-type.ts";
import { stopOnSignals } from "../../src/pool/stop-on-signals.ts";
import { Worker } from "../../src/worker/worker.ts";

class Fetcher extends Worker {
  fetch(url: string): string {
    return url;
  }
}

class Storer extends Worker {
  store(page: string, place: number): void {
    page.at(place);
  }
}

declare const fetchers: Pool<Fetcher>;
declare const storers: Pool<Storer>;

test("pools of different classes can be stopped together", () => {
  expectTypeOf(stopOnSignals(fetchers)).toEqualTypeOf<Disposable>();
  stopOnSignals([fetchers, storers], { signals: ["SIGHUP"], timeoutMs: 0 });
  stopOnSignals([fetchers, storers] as const);
  stopOnSignals([] as Pool[]);
});

test("what is no pool is refused, and so is an unknown signal", () => {
  // @ts-expect-error: a worker is no pool
  stopOnSignals(new Fetcher());
  // @ts-expect-error: nor is a promise of one
  stopOnSignals(Promise.resolve(fetchers));
  // @ts-expect-error: no such signal
  stopOnSignals(fetchers, { signals: ["SIGNAL"] });
  // @ts-expect-error: a list is wanted
  stopOnSignals(fetchers, { signals: "SIGINT" });
});
