import type { Item } from "../elements/element.ts";
import type { InlineStep } from "./inline-step.ts";

/** Puts the index of an element beside its value. */
export const inlineIndex: InlineStep = {
  take: (item: Item) => {
    item.value = { index: item.index, value: item.value };
    return item;
  },
};
