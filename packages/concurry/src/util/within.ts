/**
 * Waits for a promise, however it ends, but not longer than this; false when it took longer.
 *
 * The wait alone doesn't keep the process alive.
 */
export async function within(limitMs: number, promise: Promise<unknown> | undefined): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, limitMs), false).unref();
  });
  const isOver = (): true => true;
  const isInTime = await Promise.race([limit, promise?.then(isOver, isOver)]);
  clearTimeout(timer);
  return isInTime !== false;
}
