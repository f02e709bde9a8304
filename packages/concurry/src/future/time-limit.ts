import { TimeoutError } from "../errors/call-errors.ts";

/** Passes on how a promise settles, or rejects when the time is over first. While it waits it keeps the process alive. */
export function withTimeLimit<T>(promise: Promise<T>, timeoutMs: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(message, { timeoutMs })), timeoutMs);
  });
  // A race, because it passes on the frames of those who await it.
  return Promise.race([promise, expiry]).finally(() => clearTimeout(timer));
}
