import { Sema } from "async-sema";
import { type Limit, LimitSet, RateLimit, ResourceLimit } from "concurry";
import type { Duel } from "./duel.ts";

const GOAL = 3;
const SEVERAL_GOAL = 2.2;
const OPERATIONS = 20_000;
const PLENTY = 1e9;
const CONTENDED = 10;
const LOOPS = 100;

type Amounts = Readonly<Record<string, number>>;
type Way = (operations: number) => Promise<unknown>;

function pairsOf(limits: readonly Limit[], amounts: Amounts): Way {
  const set = new LimitSet(limits);
  return async (operations) => {
    for (let index = 0; index < operations; index += 1) (await set.acquire(amounts)).release();
  };
}

function pairsOfSeveral(limits: readonly Limit[], amounts: Amounts, used: Amounts): Way {
  const set = new LimitSet(limits);
  return async (operations) => {
    for (let index = 0; index < operations; index += 1) {
      const lease = await set.acquire(amounts);
      lease.update(used);
      lease.release();
    }
  };
}

function semaPairs(capacity: number): Way {
  const sema = new Sema(capacity);
  return async (operations) => {
    for (let index = 0; index < operations; index += 1) {
      await sema.acquire();
      sema.release();
    }
  };
}

/** Each holds what it took over a turn, so that the others wait. */
function contended(take: () => Promise<() => void>): Way {
  return async (operations) => {
    const loop = async (): Promise<void> => {
      for (let index = 0; index < operations / LOOPS; index += 1) {
        const release = await take();
        await undefined;
        release();
      }
    };
    await Promise.all(Array.from({ length: LOOPS }, loop));
  };
}

function contendedSet(): Way {
  const set = new LimitSet([new ResourceLimit({ key: "slots", capacity: CONTENDED })]);
  return contended(async () => {
    const lease = await set.acquire({ slots: 1 });
    return () => lease.release();
  });
}

function contendedSema(): Way {
  const sema = new Sema(CONTENDED);
  return contended(async () => {
    await sema.acquire();
    return () => sema.release();
  });
}

/** Taking and giving back in plain code: against a semaphore that does nothing else, and several limits against one. */
export function acquireDuels(): readonly Duel[] {
  const rate = new RateLimit({ key: "tokens", windowSeconds: 1, capacity: PLENTY });
  const bytes = new RateLimit({ key: "bytes", windowSeconds: 1, capacity: PLENTY });
  const resource = new ResourceLimit({ key: "slots", capacity: CONTENDED });
  const duel = (title: string, ours: Way, theirs: Way): Duel => {
    return { title: `${title} / async-sema`, goal: GOAL, operations: OPERATIONS, ours, theirs };
  };
  return [
    duel("acquire + release of a resource", pairsOf([resource], { slots: 1 }), semaPairs(CONTENDED)),
    duel("acquire + release of a rate", pairsOf([rate], { tokens: 1 }), semaPairs(CONTENDED)),
    duel("100 loops contending for 10", contendedSet(), contendedSema()),
    {
      title: "3 limits and an update / one rate",
      goal: SEVERAL_GOAL,
      operations: OPERATIONS,
      ours: pairsOfSeveral([rate, bytes, resource], { tokens: 2, bytes: 2, slots: 1 }, { tokens: 1 }),
      theirs: pairsOf([rate], { tokens: 1 }),
    },
  ];
}
