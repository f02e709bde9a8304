import { inspect } from "node:util";
import { expect, test } from "vitest";
import { realm } from "../../src/protocol/realm.ts";
import { classNameOf, isWorkerClass, nearestSite } from "../../src/protocol/worker-class.ts";
import { definitionSite, ownsSite, withDefinitionSites } from "../../src/worker/definition-site.ts";

class Base {
  static readonly #secret = "of the base";
  readonly given: unknown[];

  constructor(...given: unknown[]) {
    if (new.target === Base) throw new TypeError("not this one");
    this.given = given;
  }

  static secret(): string {
    return Base.#secret;
  }

  greet(): string {
    return "hello";
  }
}

const Worker = withDefinitionSites(Base);

class Direct extends Worker {
  readonly #kept = 7;
  static made = 0;
  static {
    Direct.made = 1;
  }

  override greet(): string {
    return `${super.greet()} ${this.#kept}`;
  }
}
class Indirect extends Direct {}
const Anonymous = (() => class extends Worker {})();
// biome-ignore lint/suspicious/noExplicitAny: the language asks mixins for exactly this type.
const mixin = <T extends abstract new (...given: any[]) => Base>(Parent: T) => {
  abstract class Mixed extends Parent {}
  return Mixed;
};
class Mixing extends mixin(Worker) {}

test("a direct subclass knows the file and the line where it is defined", () => {
  expect(definitionSite(Direct)).toMatchObject({ url: import.meta.url.split("?")[0], order: 0 });
  expect(definitionSite(Direct)?.line).toBeGreaterThan(1);
  expect(definitionSite(Anonymous)).toMatchObject({ url: definitionSite(Direct)?.url, order: 1 });
});

test("classes at different places have sites of their own, counted in order", () => {
  const made = [class extends Worker {}, class extends Worker {}].map(definitionSite);
  expect(made[0]).not.toEqual(made[1]);
  expect((made[1]?.order ?? 0) - (made[0]?.order ?? 0)).toBe(1);
});

test("a class expression that runs twice has one site", () => {
  const make = () => class extends Worker {};
  expect(definitionSite(make())).toBe(definitionSite(make()));
});

test("a subclass of a subclass has no site of its own, but its ancestor's", () => {
  expect(definitionSite(Indirect)).toBeUndefined();
  expect(nearestSite(Indirect)).toBe(definitionSite(Direct));
});

test("a class made by a mixin has the site of the mixin", () => {
  expect(definitionSite(Mixing)).toBeUndefined();
  expect(nearestSite(Mixing)?.url).toBe(nearestSite(Direct)?.url);
});

test("subclasses behave as those of an ordinary class", () => {
  const direct = new Direct(1, 2);
  expect(direct.given).toEqual([1, 2]);
  expect(direct.greet()).toBe("hello 7");
  expect(direct).toBeInstanceOf(Direct);
  expect(direct).toBeInstanceOf(Worker);
  expect(direct).toBeInstanceOf(Base);
  expect({}).not.toBeInstanceOf(Worker);
  expect(new Indirect()).toBeInstanceOf(Worker);
  expect(Direct.made).toBe(1);
  expect(Direct.secret()).toBe("of the base");
  expect(Reflect.construct(Direct, [3], Indirect)).toBeInstanceOf(Indirect);
  expect(inspect(new Direct())).toContain("Direct");
  expect(Object.getPrototypeOf(Direct)).toBe(Worker);
});

test("the base itself keeps its name and can't be constructed", () => {
  expect(Worker.name).toBe("Worker");
  expect(Base.name).toBe("Worker");
  expect(() => new Worker()).toThrow(TypeError);
});

test("instanceof and construction make no new sites", () => {
  const before = realm().sites.size;
  new Direct() instanceof Worker;
  expect(realm().sites.size).toBe(before);
});

test("the walk for methods can end at the object that owns the site", () => {
  expect(ownsSite(Direct.prototype)).toBe(false);
  expect(ownsSite(Object.getPrototypeOf(Direct.prototype))).toBe(true);
});

test("worker classes are told from everything else", () => {
  for (const yes of [Direct, Indirect, Anonymous, Mixing]) expect(isWorkerClass(yes)).toBe(true);
  for (const no of [Base, Worker, class {}, () => 1, {}, null, undefined, 7, Direct.prototype]) {
    expect(isWorkerClass(no)).toBe(false);
  }
});

test("anonymous classes have one name, however a loader calls them", () => {
  expect(classNameOf(Direct)).toBe("Direct");
  expect(classNameOf(class extends Worker {})).toBe("");
  expect(classNameOf({ default: class extends Worker {} }.default)).toBe("");
});

test("stack traces are as they were after a class was defined", () => {
  const limit = Error.stackTraceLimit;
  const prepare = Error.prepareStackTrace;
  class Defined extends Worker {}
  expect(Defined).toBeDefined();
  expect(Error.stackTraceLimit).toBe(limit);
  expect(Error.prepareStackTrace).toBe(prepare);
  expect(new Error("x").stack).toContain("definition-site.test");
});
