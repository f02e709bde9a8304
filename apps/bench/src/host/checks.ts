import type { LibraryTarget, Target } from "../peers/peer.ts";

const BYTES_LENGTH = 1000;

/** Calls of either kind that must give one more than they got. */
async function checkNumber(what: string, call: (value: number) => Promise<number>): Promise<void> {
  const result = await call(41);
  if (result !== 42) throw new Error(`${what} of 41 gave ${String(result)} instead of 42`);
}

async function checkBytes(target: Target): Promise<string[]> {
  const sent = Uint8Array.from({ length: BYTES_LENGTH }, (_, index) => index % 251);
  const result: unknown = await target.echoBytes(sent);
  const bytes = result as ArrayLike<number>;
  const isEqual = sent.every((value, index) => bytes[index] === value);
  if (!isEqual) throw new Error("a Uint8Array came back with other bytes");
  const type = Object.getPrototypeOf(result)?.constructor?.name ?? "no type";
  return type === "Uint8Array" ? [] : [`a Uint8Array comes back as ${type}`];
}

async function checkError(target: LibraryTarget): Promise<string[]> {
  const message = "thrown for the check";
  const thrown: unknown = await target.fail(message).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown === undefined) throw new Error("a thrown error did not reject the call");
  const found = thrown as { message?: unknown };
  if (found.message !== message) return [`an error's message becomes ${JSON.stringify(found.message)}`];
  if (!(thrown instanceof Error)) return ["an error comes back as a plain object"];
  return thrown instanceof RangeError ? [] : [`a RangeError comes back as ${thrown.constructor.name}`];
}

/** Checks a limit: it has only what its workloads need. */
export async function checkLimit(target: Target): Promise<string[]> {
  await checkNumber("increment", (value) => target.increment(value));
  return checkBytes(target);
}

/**
 * Checks result, async method, thrown error and the type of returned bytes.
 *
 * @returns What is not as it should be, though it can be timed.
 * @throws Error when a result is wrong: such a library is not timed.
 */
export async function checkLibrary(target: LibraryTarget): Promise<string[]> {
  await checkNumber("an async method", (value) => target.incrementLater(value));
  return [...(await checkLimit(target)), ...(await checkError(target))];
}
