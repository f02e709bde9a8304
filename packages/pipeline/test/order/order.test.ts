import fc from "fast-check";
import { expect, test } from "vitest";
import { Item } from "../../src/elements/element.ts";
import { compareIndexes } from "../../src/elements/element-index.ts";
import { childOf, closeItem, endChildren } from "../../src/elements/marks.ts";
import { ElementLedger } from "../../src/order/element-ledger.ts";
import { ReorderBuffer } from "../../src/order/reorder-buffer.ts";
import { SortBarrier } from "../../src/order/sort-barrier.ts";
import { SourceGate } from "../../src/order/source-gate.ts";

interface Place {
  readonly index: readonly number[];
  readonly source: number;
}

function byPlace(one: Place, other: Place): number {
  return compareIndexes(one.index, other.index) || one.source - other.source;
}

function setUp(window: number, sources: number) {
  const ledger = new ElementLedger();
  const gates = Array.from(
    { length: sources },
    (_, origin) => new SourceGate([ledger.addLane([], origin, window)], () => {}),
  );
  const buffer = new ReorderBuffer(ledger);
  const enter = (source: number, number: number): Item => {
    const item = new Item(`${source}:${number}`, [number], source, undefined);
    gates[source]?.enter(item, number + 1);
    return item;
  };
  const drain = (): unknown[] => {
    const values: unknown[] = [];
    for (let item = buffer.take(); item !== undefined; item = buffer.take()) values.push(item.value);
    return values;
  };
  return { ledger, gates, buffer, enter, drain };
}

test("an element leaves as soon as no open one is before it", () => {
  const { buffer, enter, drain } = setUp(10, 1);
  const [first, second, third] = [enter(0, 0), enter(0, 1), enter(0, 2)];
  buffer.add(third);
  buffer.add(second);
  expect([drain(), buffer.held]).toEqual([[], 2]);
  closeItem(first);
  expect(drain()).toEqual(["0:1", "0:2"]);
});

test("what was made of an element leaves in its place, as it comes", () => {
  const { buffer, enter, drain } = setUp(10, 1);
  const [parent, next] = [enter(0, 0), enter(0, 1)];
  buffer.add(next);
  const children = [childOf(parent, 0, "a"), childOf(parent, 1, "b")];
  buffer.add(children[1] as Item);
  expect(drain()).toEqual([]);
  buffer.add(children[0] as Item);
  expect(drain()).toEqual(["a", "b"]);
  endChildren(parent);
  expect(drain()).toEqual(["0:1"]);
});

test("the gate is closed while as many elements are open as the window allows", () => {
  const { gates, buffer, enter, drain } = setUp(2, 1);
  const [gate] = gates;
  const [first] = [enter(0, 0), enter(0, 1)];
  expect(gate?.isOpen).toBe(false);
  buffer.add(first as Item);
  expect([drain(), gate?.isOpen]).toEqual([["0:0"], true]);
});

test("an element waits for another source that may still bring one before it", () => {
  const { gates, buffer, enter, drain } = setUp(10, 2);
  buffer.add(enter(1, 0));
  expect(drain()).toEqual([]);
  buffer.add(enter(0, 0));
  expect(drain()).toEqual(["0:0", "1:0"]);
  buffer.add(enter(1, 1));
  expect(drain()).toEqual([]);
  gates[0]?.end();
  expect(drain()).toEqual(["1:1"]);
});

test("a barrier sorts all it got", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(5), { minLength: 1, maxLength: 3 })), (indexes) => {
      const barrier = new SortBarrier();
      for (const index of indexes) barrier.add(new Item(index, index, 0, undefined));
      expect(barrier.take()).toBeUndefined();
      barrier.end();
      const values = indexes.map(() => barrier.take()?.value);
      expect(values).toEqual([...indexes].sort(compareIndexes));
      expect([barrier.take(), barrier.held]).toEqual([undefined, 0]);
    }),
  );
});

test("in whatever order elements come, are closed or multiply, they leave sorted and all of them do", () => {
  const fates = fc.array(
    fc.record({ source: fc.nat(2), delay: fc.nat(20), children: fc.integer({ min: -1, max: 3 }) }),
  );
  fc.assert(
    fc.property(fates, (plan) => {
      const { gates, buffer, enter, drain } = setUp(1000, 3);
      const counts = [0, 0, 0];
      const due: { at: number; act: () => void }[] = [];
      const left: Place[] = [];
      let expected = 0;
      for (const [time, { source, delay, children }] of plan.entries()) {
        const number = counts[source] as number;
        counts[source] = number + 1;
        const item = enter(source, number);
        item.value = { index: [number], source };
        expected += children < 0 ? 0 : Math.max(children, 1);
        due.push({
          at: time + delay,
          act: () => {
            if (children < 0) closeItem(item);
            else if (children === 0) buffer.add(item);
            else {
              for (let at = 0; at < children; at++)
                buffer.add(childOf(item, at, { index: [number, at], source }));
              endChildren(item);
            }
          },
        });
      }
      for (const { act } of due.sort((one, other) => one.at - other.at)) {
        act();
        left.push(...(drain() as Place[]));
      }
      for (const gate of gates) gate.end();
      left.push(...(drain() as Place[]));
      expect(left).toEqual([...left].sort(byPlace));
      expect([left.length, buffer.held]).toEqual([expected, 0]);
    }),
  );
});
