import { expect, test } from "vitest";
import { deferred } from "../../src/util/deferred.ts";

test("it is settled from outside", async () => {
  const good = deferred<number>();
  const bad = deferred();
  good.resolve(1);
  bad.reject(new Error("no"));

  await expect(good.promise).resolves.toBe(1);
  await expect(bad.promise).rejects.toThrow("no");
});
