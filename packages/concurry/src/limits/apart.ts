let isAsked = false;

/**
 * Asks for limits in nobody's name: not in that of the call which happens to run here. For what others ask for, of
 * whom this realm is only the way.
 *
 * @param ask Counts for what it asks before it returns.
 */
export function apart<T>(ask: () => T): T {
  const outer = isAsked;
  isAsked = true;
  try {
    return ask();
  } finally {
    isAsked = outer;
  }
}

/** Whether what is asked for now is asked for in nobody's name. */
export function isApart(): boolean {
  return isAsked;
}
