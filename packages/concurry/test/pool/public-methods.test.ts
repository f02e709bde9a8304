import { describe, expect, test } from "vitest";
import { publicMethods } from "../../src/pool/public-methods.ts";
import { RESERVED_NAMES } from "../../src/pool/reserved-names.ts";
import { withDefinitionSites } from "../../src/worker/definition-site.ts";

const Root = withDefinitionSites(
  class {
    inBase(): void {}
  },
);

class Animal extends Root {
  readonly field = (): void => {};
  get getter(): () => void {
    return () => {};
  }
  static make(): void {}
  eat(): void {}
  async sleep(): Promise<void> {}
  *steps(): Generator<number> {
    yield 1;
  }
  async *sounds(): AsyncGenerator<string> {
    yield "";
  }
  "with spaces"(): void {}
  healthCheck(): boolean {
    return true;
  }
  onStart(): void {}
  onStop(): void {}
  _inner(): void {}
  #secret(): void {}
  touch(): void {
    this.#secret();
  }
  override toString(): string {
    return "animal";
  }
  override valueOf(): number {
    return 1;
  }
  [Symbol.dispose](): void {}
}

class Dog extends Animal {
  bark(): void {}
  override eat(): void {}
  // @ts-expect-error: hides a method, as JavaScript allows
  override get sleep(): undefined {
    return undefined;
  }
}

test("they are the methods on the prototypes, ancestors first, each name once", () => {
  expect(publicMethods(Animal)).toEqual([
    "eat",
    "sleep",
    "steps",
    "sounds",
    "with spaces",
    "healthCheck",
    "touch",
  ]);
  expect(publicMethods(Dog)).toEqual([
    "eat",
    "steps",
    "sounds",
    "with spaces",
    "healthCheck",
    "touch",
    "bark",
  ]);
});

test("a method put on the prototype by hand or by a mixin counts", () => {
  const Swimming = (Base: typeof Root) =>
    class extends Base {
      swim(): void {}
    };
  class Duck extends Swimming(Root) {
    quack(): void {}
  }
  Object.assign(Duck.prototype, { fly() {} });

  expect(publicMethods(Duck)).toEqual(["swim", "quack", "fly"]);
});

test("a class keeps its list, since calls name methods by their places in it", () => {
  class Late extends Root {
    first(): void {}
  }
  const before = publicMethods(Late);
  Object.assign(Late.prototype, { second() {} });

  expect(publicMethods(Late)).toBe(before);
  expect(Object.isFrozen(before)).toBe(true);
});

describe("a class is refused", () => {
  test.each(RESERVED_NAMES)("when it has a method %s", (name) => {
    class Taken extends Root {}
    Object.defineProperty(Taken.prototype, name, { value: () => {} });

    expect(() => publicMethods(Taken)).toThrow(
      new TypeError(`Taken can't have a method "${name}": it is a member of every pool. Rename it.`),
    );
  });

  test.each([
    ["then", "would make its pool a promise"],
    ["toJSON", "would change how its pool is shown as JSON"],
  ])("when it has a method %s", (name, why) => {
    const Taken = class extends Root {};
    Object.defineProperty(Taken, "name", { value: "" });
    Object.defineProperty(Taken.prototype, name, { value: () => {} });

    expect(() => publicMethods(Taken)).toThrow(
      new TypeError(`(anonymous) can't have a method "${name}": it ${why}. Rename it.`),
    );
  });

  test("also when the method is inherited, but not for a getter of that name", () => {
    class Stoppable extends Root {
      stop(): void {}
    }
    class Inheriting extends Stoppable {}
    class Getter extends Root {
      get stopped(): boolean {
        return true;
      }
    }

    expect(() => publicMethods(Inheriting)).toThrow('Inheriting can\'t have a method "stop"');
    expect(publicMethods(Getter)).toEqual([]);
  });

  test("when it has more methods than a call can name", () => {
    class Huge extends Root {}
    for (let i = 0; i < 4096; i++) Object.defineProperty(Huge.prototype, `m${i}`, { value: () => {} });

    expect(() => publicMethods(Huge)).toThrow(
      new RangeError("Huge must have at most 4095 methods, got 4096"),
    );
  });
});
