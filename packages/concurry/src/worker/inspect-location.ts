import { type CallSite, toUrl } from "../util/call-site.ts";

/** A position as the debugger gives it: from 0, in a script known by its number. */
interface FunctionLocation {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

/**
 * Asks the inspector of this very thread where a class stands in the code; undefined where it can't say
 * (`--permission`, other runtimes). The first time takes some 30 ms: only for classes that the hook doesn't see.
 */
export function inspectLocation(value: object): CallSite | undefined {
  const slot = Symbol.for("concurry.inspected");
  const holder = globalThis as { [slot]?: object };
  try {
    holder[slot] = value;
    const location = locationOf(`globalThis[Symbol.for("concurry.inspected")]`);
    return location?.url.startsWith("file:") ? location : undefined;
  } catch {
    return undefined;
  } finally {
    Reflect.deleteProperty(holder, slot);
  }
}

// Everything is answered synchronously: the session talks to its own thread.
function locationOf(expression: string): CallSite | undefined {
  const { Session } = process.getBuiltinModule("node:inspector");
  const session = new Session();
  session.connect();
  let location: FunctionLocation | undefined;
  const urls = new Map<string, string>();
  try {
    session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
    session.post("Runtime.evaluate", { expression }, (_error, evaluated) => {
      const objectId = evaluated?.result.objectId;
      if (objectId === undefined) return;
      session.post("Runtime.getProperties", { objectId, ownProperties: true }, (_failure, properties) => {
        const internal = properties?.internalProperties?.find(({ name }) => name === "[[FunctionLocation]]");
        location = internal?.value?.value as FunctionLocation | undefined;
      });
    });
    if (location === undefined) return undefined;
    // Enabling replays every script of the thread: their numbers get names.
    session.post("Debugger.enable");
    session.post("Debugger.disable");
    return toCallSite(location, urls);
  } finally {
    session.disconnect();
  }
}

function toCallSite(location: FunctionLocation, urls: ReadonlyMap<string, string>): CallSite | undefined {
  const url = urls.get(location.scriptId);
  if (url === undefined || url === "") return undefined;
  return { url: toUrl(url), line: location.lineNumber + 1, column: (location.columnNumber ?? 0) + 1 };
}
