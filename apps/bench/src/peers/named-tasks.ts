/** The module whose functions tinypool and piscina run by their names. */
export const FUNCTIONS_URL: string = new URL("../workers/functions.js", import.meta.url).href;

/** Chooses one of them. */
interface NamedTask {
  readonly name: string;
}

// One options object per method, not one per call.
export const INCREMENT: NamedTask = { name: "increment" };
export const INCREMENT_LATER: NamedTask = { name: "incrementLater" };
export const ECHO: NamedTask = { name: "echo" };
export const FAIL: NamedTask = { name: "fail" };
export const WORK: NamedTask = { name: "work" };
