import { type Act, actOf, ITEMS, isKept, type Part, partOf } from "#workers/chaos-steps";
import type { StagePlan } from "./plan.ts";
import { factsOf, nameOf, type Round, stageOf } from "./round.ts";

/** What is wrong with a run that is over. */
export function judge(round: Round): string[] {
  const { end, living, pulled, closed } = round;
  const problems: string[] = [];
  if (end === "hung") problems.push(`hung: ${JSON.stringify(round.stats)}`);
  if (living.length > 0) problems.push(`left behind: ${living.join(", ")}`);
  if (pulled > 0 && closed !== 1) problems.push(`the source was closed ${closed} times`);
  return [
    ...problems,
    ...judgeEnd(round),
    ...judgeHooks(round),
    ...judgeOrder(round),
    ...(end === "end" ? new Account(round).judge() : []),
  ];
}

function judgeEnd(round: Round): string[] {
  const { plan, end, error } = round;
  if (end !== "failed") return [];
  const { message, code } = error as { message?: string; code?: string };
  if (message === "aborted" && plan.abortAfter !== undefined) return [];
  const at = plan.stages.findIndex((_, stage) => nameOf(stage) === stageOf(error));
  const stage = plan.stages[at];
  if (stage === undefined) return [`failed at no stage: ${message}`];
  const mayFail = stage.onError === "fail" || (stage.onError === "retry" && stage.usedUp === "fail");
  if (code === "TIMEOUT" && stage.timeoutMs !== undefined && stage.onTimeout === "fail") return [];
  // A worker that dies whenever it starts, before there is an element to blame.
  if (code === "WORKER_START" && round.pulled === 0) return [];
  return mayFail
    ? []
    : [`was not to fail at ${nameOf(at)} with ${code}: ${message} ${(error as Error).stack}`];
}

/** Each worker that was started is taken down, or known to be lost. */
function judgeHooks({ plan, journal, lost, end }: Round): string[] {
  if (end === "hung") return [];
  return plan.stages.flatMap((_, stage) => {
    const of = (what: string): string[] =>
      journal.filter((line) => line.startsWith(`${what} ${stage} `)).map((line) => line.slice(what.length));
    const [starts, dones] = [of("start"), of("done")];
    const lostHere = lost.filter((name) => name === nameOf(stage)).length;
    const problems: string[] = [];
    if (new Set(dones).size !== dones.length) problems.push(`${nameOf(stage)}: onDone twice`);
    if (dones.some((line) => !starts.includes(line)))
      problems.push(`${nameOf(stage)}: onDone without onStart`);
    if (starts.length - dones.length > lostHere)
      problems.push(`${nameOf(stage)}: ${starts.length} started, ${dones.length} done, ${lostHere} lost`);
    return problems;
  });
}

function judgeOrder({ plan, results }: Round): string[] {
  if (plan.window === undefined) return [];
  const wrong = results.findIndex(
    ({ index }, at) => at > 0 && compare(results[at - 1]?.index ?? [], index) >= 0,
  );
  return wrong < 0 ? [] : [`result ${wrong} is out of order`];
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at++)
    if (left[at] !== right[at]) return (left[at] as number) - (right[at] as number);
  return left.length - right.length;
}

/** Follows each element of a run that came to its end through all stages. */
class Account {
  readonly #round: Round;
  readonly #problems: string[] = [];
  readonly #results = new Map<string, unknown[]>();
  /** By stage and index. */
  readonly #drops = new Map<string, unknown[]>();
  /** Indexes that were seen at the end, or dropped, anywhere. */
  readonly #seen = new Map<string, unknown>();
  readonly #used = new Set<string>();

  constructor(round: Round) {
    this.#round = round;
    for (const { index, value } of round.results) {
      add(this.#results, index.join(), value);
      this.#seen.set(index.join(), value);
    }
    for (const { stage, index, value } of round.drops) {
      add(this.#drops, `${stage}:${index.join()}`, value);
      this.#seen.set(index.join(), value);
    }
  }

  judge(): string[] {
    const { plan, pulled, drops, results } = this.#round;
    if (pulled !== plan.elements) this.#problems.push(`${pulled} of ${plan.elements} pulled`);
    for (let id = 0; id < plan.elements; id++) this.#follow([id], 0);
    for (const key of [...this.#results.keys(), ...this.#drops.keys()])
      if (!this.#used.has(key)) this.#problems.push(`nobody knows where ${key} came from`);
    for (const [key, values] of [...this.#results, ...this.#drops])
      if (values.length > 1) this.#problems.push(`${key} came ${values.length} times`);
    for (const { index, value } of results)
      if ((partOf(value)?.id ?? index[0]) !== index[0]) this.#problems.push(`${index} has another's value`);
    for (const [stage, stats] of this.#round.stats.stages.entries()) {
      const here = drops.filter((drop) => drop.stage === nameOf(stage));
      const told = here.filter(({ reason }) => reason === "timeout").length;
      if (stats.dropped !== told || stats.skipped !== here.length - told)
        this.#problems.push(
          `${nameOf(stage)} counts ${stats.dropped} and ${stats.skipped}, told ${here.length}`,
        );
      if (stats.queued + stats.running > 0) this.#problems.push(`${nameOf(stage)} still has elements`);
    }
    return this.#problems;
  }

  /** Sees to it that an element which came to this stage is accounted for. */
  #follow(index: readonly number[], stage: number): void {
    const plan = this.#round.plan.stages[stage];
    const key = plan === undefined ? index.join() : `${nameOf(stage)}:${index.join()}`;
    if ((plan === undefined ? this.#results : this.#drops).has(key)) {
      this.#used.add(key);
      return;
    }
    if (plan === undefined) this.#problems.push(`${key} was lost without a word`);
    else if (plan.operation === "flatMap" && !this.#seen.has(index.join()))
      this.#followItems(plan, index, stage);
    else if (plan.operation !== "filter" || this.#isKept(index, stage)) this.#follow(index, stage + 1);
  }

  #followItems(plan: StagePlan, index: readonly number[], stage: number): void {
    const part: Part = { seed: this.#round.plan.seed, id: index[0] as number };
    const act: Act = actOf(part, factsOf(plan, stage));
    for (let item = 0; item < ITEMS; item++) {
      const child = [...index, item];
      const key = `${nameOf(stage)}:${child.join()}`;
      if (this.#drops.has(key)) {
        this.#used.add(key);
        return;
      }
      this.#follow(child, stage + 1);
      // What failed is the last; one that failed further on is not.
      if (this.#hasFailed(child) && !this.#wasSeen([...index, item + 1])) return;
    }
    if (act !== "plain" && act !== "wait") this.#checkWhole(index, act);
  }

  /** A failure that an element was meant to have here must not go unseen, unless it came as a failure already. */
  #checkWhole(index: readonly number[], act: Act): void {
    const first = this.#seen.get([...index, 0].join());
    if (first !== undefined && !isFailure(first)) this.#problems.push(`${index} was to ${act}, and did not`);
  }

  /** Whether an element was seen as a failure, or was one when another stage took it apart, so that its first item is. */
  #hasFailed(index: readonly number[]): boolean {
    const key = index.join();
    if (this.#seen.has(key)) return isFailure(this.#seen.get(key));
    const item = [...index, 0];
    return item.length <= this.#round.plan.stages.length + 1 && this.#hasFailed(item);
  }

  /** Whether an element, or one that was made of it, was seen. */
  #wasSeen(index: readonly number[]): boolean {
    const key = index.join();
    return [...this.#seen.keys()].some((seen) => seen === key || seen.startsWith(`${key},`));
  }

  #isKept(index: readonly number[], stage: number): boolean {
    const part: Part = { seed: this.#round.plan.seed, id: index[0] as number };
    return isKept(part, stage) || this.#seen.has(index.join());
  }
}

function isFailure(value: unknown): boolean {
  return typeof value === "object" && value !== null && partOf(value) === undefined;
}

function add(map: Map<string, unknown[]>, key: string, value: unknown): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
