/**
 * Turns of the event loop in long loops: on a synchronous backend every await is over at once, and without a pause
 * neither a signal nor a timer would get through before the loop ends.
 */

/** Milliseconds of work between pauses: people do not notice them, and a pause takes some microseconds. */
const interval = 100;

/** What a loop asks each time round: a promise to wait for where a pause is due, else undefined. */
export function breather(): () => Promise<void> | undefined {
  // Browsers have no setImmediate.
  const turn: (resolve: () => void) => unknown = globalThis.setImmediate ?? globalThis.setTimeout;
  let last = performance.now();
  return () => {
    const now = performance.now();
    if (now - last < interval) return undefined;
    last = now;
    return new Promise((resolve) => turn(resolve));
  };
}
