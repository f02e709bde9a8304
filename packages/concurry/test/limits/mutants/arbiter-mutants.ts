import { edit, type Mutant, mutant } from "./mutant.ts";

/** Mistakes that are easily made by those who wait and by those who are charged, as changes of the source. */
export const ARBITER_MUTANTS: readonly Mutant[] = [
  {
    name: "float milliseconds, now − s ≥ W beside s + W ≤ now",
    edits: [
      edit(
        "arbiter.ts",
        "return Math.round(this.#clock.now() * MICROSECONDS);",
        "return this.#clock.now() * MICROSECONDS;",
      ),
      edit(
        "algorithms/sliding-window.ts",
        "if (!(now >= entry.expiry)) break;",
        "const start = entry.expiry - this.#shape.window;\n      if (!(now / 1000 - start / 1000 >= this.#shape.window / 1000)) break;",
      ),
    ],
  },
  mutant(
    "partial take: only one key is checked",
    "readiness.ts",
    "if (!state.meter.fits(now, together)) return false;",
    "if (!state.meter.fits(now, together)) return hold !== grant.first;",
  ),
  mutant(
    "partial take: a failed request keeps its first key",
    "arbiter.ts",
    "this.#triedAt = now === 0 ? this.now() : now;",
    "const { first } = grant;\n    if (first?.state.meter.fits(now, first.needed)) first.state.meter.charge(now, first.needed);\n    this.#triedAt = now === 0 ? this.now() : now;",
  ),
  mutant(
    "no key reservation",
    "arbiter.ts",
    "for (const state of group.states) state.reservedIn = look;",
    "",
  ),
  mutant(
    "reservation of all keys",
    "waiters.ts",
    "blocks(grant: Grant, priority: number): boolean {",
    "blocks(grant: Grant, priority: number): boolean {\n    if (this.size > 0) return true;",
  ),
  mutant(
    "reservation of all keys, among those who wait",
    "arbiter.ts",
    "index += 1;",
    "return Math.min(earliest, ready ?? earliest);",
  ),
  mutant(
    "tryAcquire overtakes",
    "waiters.ts",
    "blocks(grant: Grant, priority: number): boolean {",
    "blocks(grant: Grant, priority: number): boolean {\n    if (this.size > 0) return false;",
  ),
  mutant(
    "last in, first out",
    "waiters.ts",
    "place.before = group.last;\n    if (group.last === undefined) group.first = place;\n    else group.last.after = place;\n    group.last = place;",
    "place.after = group.first;\n    if (group.first === undefined) group.last = place;\n    else group.first.before = place;\n    group.first = place;",
  ),
  mutant(
    "priorities are ignored",
    "waiters.ts",
    ".priority < priority) index -= 1;",
    ".priority < priority) break;",
  ),
  mutant(
    "a line doesn't move back when its first leaves",
    "waiters.ts",
    "if (next.priority < group.priority || firstNumber(next) > group.first.number) break;",
    "if (firstNumber(next) > 0) break;",
  ),
  mutant(
    "abort without a look",
    "wait.ts",
    "this.end(reason);\n    this.letOthersLook();",
    "this.end(reason);",
  ),
  mutant(
    "abort keeps the charge",
    "arbiter.ts",
    "countCancelled({ group }: Place): void {",
    "countCancelled({ group, grant }: Place): void {\n    this.#ledger.take(grant, this.now(), 0);",
  ),
  mutant(
    "an aborted request is granted before its event",
    "wait.ts",
    "for (const signal of this.#signals) if (signal.aborted) return signal;",
    "",
  ),
  mutant(
    "a listener per waiter",
    "wait.ts",
    "onAbort(signal, (reason) => this.cancel(reason))",
    '{\n      const listener = (): void => void this.cancel(signal.reason);\n      signal.addEventListener("abort", listener, { once: true });\n      return () => signal.removeEventListener("abort", listener);\n    }',
  ),
  mutant("a listener is left", "wait.ts", "for (const stop of this.#stops ?? []) stop();", ""),
  mutant(
    "release counts twice",
    "ledger.ts",
    "release(grant: Grant): boolean {\n    if (grant.isReleased) return false;",
    "release(grant: Grant): boolean {",
  ),
  mutant(
    "overdraft isn't charged",
    "ledger.ts",
    "hold.more.push(state.meter.charge(now, extra));",
    "hold.more.push(state.meter.charge(now, 0));",
  ),
  mutant(
    "no clamp of the timer",
    "arbiter.ts",
    "Math.min(LONGEST_TIMER_MS, Math.max(1, wanted))",
    "Math.max(1, wanted)",
  ),
  mutant(
    "timer rounded down",
    "arbiter.ts",
    "Math.ceil((this.#due - now) / MICROSECONDS)",
    "Math.floor((this.#due - now) / MICROSECONDS) - 1",
  ),
  mutant(
    "timer a little late",
    "arbiter.ts",
    "Math.min(LONGEST_TIMER_MS, Math.max(1, wanted))",
    "Math.min(LONGEST_TIMER_MS, Math.max(1, wanted) + 2)",
  ),
  mutant(
    "timer unref'd",
    "limit-clock.ts",
    "setTimeout(callback, milliseconds)",
    "setTimeout(callback, milliseconds).unref()",
  ),
  mutant(
    "timer left when nobody waits",
    "arbiter.ts",
    "if (this.#timer !== undefined) this.#clock.clear(this.#timer.handle);",
    "",
  ),
  mutant(
    "refund without a look",
    "arbiter.ts",
    "if (this.#ledger.update(grant, usage, this.now())) this.look();",
    "this.#ledger.update(grant, usage, this.now());",
  ),
  mutant(
    "release without a look",
    "arbiter.ts",
    "if (this.#ledger.release(grant)) this.look();",
    "this.#ledger.release(grant);",
  ),
  mutant(
    "a refund doesn't renew the time that was foreseen",
    "ledger.ts",
    "for (const state of states) if (state.freedAt > step) return true;",
    "",
  ),
  mutant(
    "time limits are forgotten",
    "arbiter.ts",
    "if (deadline !== Number.POSITIVE_INFINITY) this.#deadlines.add(place);",
    "",
  ),
  mutant(
    "a time limit ends without a look",
    "arbiter.ts",
    "if (isExpired) ready = this.#grantReady(now, over);",
    "if (isExpired) ready = Math.min(ready, now + 1e6);",
  ),
  mutant(
    "owner death keeps resources",
    "arbiter.ts",
    "for (const grant of grants) this.#ledger.release(grant);",
    "grants.at(0);",
  ),
  mutant(
    "owner death keeps waiters",
    "arbiter.ts",
    "const waits = [...new Set(places.map((place) => place.wait))];",
    "const waits = places.map((place) => place.wait).slice(0, 0);",
  ),
  {
    name: "owner death refunds rates",
    edits: [
      edit(
        "arbiter.ts",
        "for (const grant of grants) this.#ledger.release(grant);",
        "for (const grant of grants) this.#ledger.takeBack(grant, this.now());",
      ),
    ],
  },
  mutant("owner death counts as none", "ledger.ts", "for (const state of lost) state.ownersLost += 1;", ""),
  mutant(
    "crossed grant: only its resources come back",
    "arbiter.ts",
    "if (this.#ledger.takeBack(grant, this.now())) this.look();",
    "if (this.#ledger.release(grant)) this.look();",
  ),
  mutant(
    "crossed grant isn't returned",
    "arbiter.ts",
    "if (this.#ledger.takeBack(grant, this.now())) this.look();",
    "this.now();",
  ),
  {
    name: "NaN is accepted",
    edits: [
      edit(
        "limit-state.ts",
        "amount >= 0 &&\n      amount <= this.rule.largest &&",
        "!(amount < 0) &&\n      !(amount > this.rule.largest) &&",
      ),
      edit("check-request.ts", "amount >= 0 && amount <= Number.MAX_VALUE", "!(amount < 0)"),
    ],
  },
  mutant("credit used twice", "call-charge.ts", "this.#credits.splice(index, 1);", ""),
  mutant(
    "credit lost with a failed request",
    "call-charge.ts",
    "if (hold.needed < hold.requested) this.#credits.push(hold.state);",
    "if (hold.needed < 0) this.#credits.push(hold.state);",
  ),
  mutant(
    "a call's resources are taken again",
    "call-charge.ts",
    "return (this.#held.get(state) ?? 0) > 0;",
    "return this.#held.size < 0;",
  ),
  mutant("first_available charges two sets", "arbiter.ts", "place.wait.leave();", "this.withdraw(place);"),
  mutant(
    "first_available: others don't move up",
    "arbiter.ts",
    "for (const wait of over) wait.letOthersLook(this);",
    "",
  ),
  mutant(
    "a moved call stays charged at its old set",
    "set-core.ts",
    "if (old !== undefined) (old.core as SetCore).takeBack(old);",
    "old?.keys();",
  ),
  mutant(
    "nested requests are not added up",
    "set-core.ts",
    "if (!outer.isReleased) held += outer.find(key)?.net ?? 0;",
    "if (!outer.isReleased) held += 0;",
  ),
];
