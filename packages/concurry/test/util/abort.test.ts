import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { onAbort } from "../../src/util/abort.ts";

test("each callback hears the reason, once", () => {
  const controller = new AbortController();
  const heard: unknown[] = [];
  onAbort(controller.signal, (reason) => heard.push(["first", reason]));
  onAbort(controller.signal, (reason) => heard.push(["second", reason]));
  controller.abort("enough");
  controller.abort("more");

  expect(heard).toEqual([
    ["first", "enough"],
    ["second", "enough"],
  ]);
});

test("a signal that has aborted calls back at once", () => {
  const heard: unknown[] = [];
  onAbort(AbortSignal.abort("before"), (reason) => heard.push(reason));

  expect(heard).toEqual(["before"]);
});

test("thousands of callbacks are one listener, and none when all have stopped listening", () => {
  const { signal } = new AbortController();
  const stops = Array.from({ length: 5000 }, () => onAbort(signal, () => {}));
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  for (const stop of stops) stop();

  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("one that has stopped listening hears nothing, and may stop again", () => {
  const controller = new AbortController();
  const heard: string[] = [];
  const callback = (): void => void heard.push("called");
  const stop = onAbort(controller.signal, callback);
  onAbort(controller.signal, callback);
  stop();
  stop();
  controller.abort();

  expect(heard).toEqual(["called"]);
});

test("listening again after all had stopped works", () => {
  const controller = new AbortController();
  const stopFirst = onAbort(controller.signal, () => {});
  stopFirst();
  const heard: string[] = [];
  onAbort(controller.signal, () => heard.push("called"));
  stopFirst();
  controller.abort();

  expect(heard).toEqual(["called"]);
});
