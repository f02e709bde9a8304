/** From now on keys aren't echoed; to be called before anything is printed that a key may follow. */
export function takeKeys(): void {
  process.stdin.setRawMode?.(true);
}

/** Waits for the next key. */
export function key(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.resume().once("data", () => {
      process.stdin.pause();
      resolve();
    });
  });
}
