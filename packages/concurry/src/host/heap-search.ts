import { realm } from "../protocol/realm.ts";
import { isWorkerClass, type WorkerClass } from "../protocol/worker-class.ts";

const SLOT = "concurry.heap-search";

/**
 * All live subclasses of `Worker`, exported or not. The last resort: it costs a full garbage collection, and what
 * was collected is gone.
 */
export function liveClasses(): WorkerClass[] {
  try {
    return realm()
      .bases.flatMap((_base, index) => subclassesOf(index))
      .filter(isWorkerClass);
  } catch {
    // No inspector here (a build without it, --permission): nothing is found this way.
    return [];
  }
}

function subclassesOf(baseIndex: number): unknown[] {
  const { Session } = process.getBuiltinModule("node:inspector");
  const session = new Session();
  session.connect();
  const found: unknown[][] = [];
  realm().registries.set(SLOT, found);
  try {
    const expression = `globalThis[Symbol.for("concurry.realm.1")].bases[${baseIndex}]`;
    session.post("Runtime.evaluate", { expression }, (_error, evaluated) => {
      const prototypeObjectId = evaluated?.result.objectId;
      if (prototypeObjectId === undefined) return;
      session.post("Runtime.queryObjects", { prototypeObjectId }, (_failure, queried) => {
        const objectId = queried?.objects.objectId;
        const functionDeclaration = `function () {
          globalThis[Symbol.for("concurry.realm.1")].registries.get("${SLOT}").push(Array.from(this));
        }`;
        if (objectId !== undefined) session.post("Runtime.callFunctionOn", { functionDeclaration, objectId });
      });
    });
    return found.flat();
  } finally {
    realm().registries.delete(SLOT);
    session.disconnect();
  }
}
