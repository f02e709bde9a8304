/** Waits for a promise, however it ends, but not longer than this; false when it took longer. */
export async function within(limitMs: number, promise: Promise<unknown> | undefined): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, limitMs), false);
  });
  const isOver = (): true => true;
  const isInTime = await Promise.race([limit, promise?.then(isOver, isOver)]);
  clearTimeout(timer);
  return isInTime !== false;
}
