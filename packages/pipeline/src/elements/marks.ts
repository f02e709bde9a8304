import { Item, type Mark } from "./element.ts";
import { childIndex } from "./element-index.ts";

/** The element ends here: filtered, dropped, or put into another one. */
export function closeItem(item: Item): void {
  for (let mark = item.mark; mark !== undefined; mark = mark.also) mark.close();
}

/** The element number `position` that was made of `parent`. */
export function childOf(parent: Item, position: number, value: unknown): Item {
  let chain: Mark | undefined;
  for (let mark = parent.mark; mark !== undefined; mark = mark.also) {
    const child = mark.child(position);
    child.also = chain;
    chain = child;
  }
  return new Item(value, childIndex(parent.index, position), parent.origin, chain);
}

/** Nothing more is made of this element. */
export function endChildren(item: Item): void {
  for (let mark = item.mark; mark !== undefined; mark = mark.also) mark.endChildren();
}

/** The element waits in a batch for more that come by these ways; undefined when it goes on. */
export function awaitMore(item: Item, ways: ReadonlySet<object> | undefined): void {
  for (let mark = item.mark; mark !== undefined; mark = mark.also) mark.awaitMore(ways);
}
