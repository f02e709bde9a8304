import { types } from "node:util";
import { isObject } from "../util/is-object.ts";
import { show } from "../util/show.ts";

/**
 * What a predicate answered. A promise is an object, and so would always say yes.
 *
 * @throws {TypeError} When the answer is still to come; how the promise ends is heard by nobody then.
 */
export function answerOf(name: string, predicate: object, answer: unknown): boolean {
  if (!isPromised(answer)) return Boolean(answer);
  Promise.resolve(answer).catch(() => {});
  throw new TypeError(
    `A function of ${name} must answer at once, with true or false; ${show(predicate)} returned a promise`,
  );
}

function isPromised(value: unknown): boolean {
  return types.isPromise(value) || (isObject(value) && typeof Reflect.get(value, "then") === "function");
}
