import type { Item, Mark } from "../elements/element.ts";
import type { ElementIndex } from "../elements/element-index.ts";
import type { Lane } from "./element-ledger.ts";

/** The gate of a source that an `ordered` lies ahead of: lets so many elements be open, and enters them in ledgers. */
export class SourceGate {
  #lanes: readonly Lane[];

  /** @param onRoom Calls back when the gate may be open again. */
  constructor(lanes: readonly Lane[], onRoom: () => void) {
    this.#lanes = lanes;
    for (const lane of lanes) {
      lane.onRoom = onRoom;
      lane.onLeft = () => {
        this.#lanes = this.#lanes.filter((other) => other !== lane);
        onRoom();
      };
    }
  }

  get isOpen(): boolean {
    return this.#lanes.every((lane) => lane.isOpen);
  }

  /** @param frontier No element to come is before this one. */
  enter(item: Item, frontier: ElementIndex | number): void {
    let chain: Mark | undefined;
    for (const lane of this.#lanes) {
      const mark = lane.enter(item.index);
      mark.also = chain;
      chain = mark;
      lane.frontier = frontier;
    }
    item.mark = chain;
  }

  end(): void {
    for (const lane of this.#lanes) lane.end();
  }
}
