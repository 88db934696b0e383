/** Memory that is asked for in one piece is refused at once where it is not there, not killed by the system later. */
import { ConfigError } from '@ascent-rl/core/errors';

/** Bytes that the process may still take; Infinity where the host does not say. */
export function availableMemory(): number {
  const { process } = globalThis as {
    readonly process?: { readonly availableMemory?: () => number };
  };
  return process?.availableMemory?.() ?? Infinity;
}

/**
 * Refuses what does not fit.
 *
 * @param what - What the memory is for.
 * @param bytes - Its size.
 * @param remedy - What to do about it.
 * @throws ConfigError that states the size.
 */
export function expectMemory(
  what: string,
  bytes: number,
  remedy: string,
  available: number = availableMemory(),
): void {
  if (bytes <= available) return;
  const megabytes = (size: number): string => `${Math.ceil(size / 2 ** 20)} MiB`;
  throw new ConfigError(
    `${what}: needs ${megabytes(bytes)} of memory, and ${megabytes(available)} are free; ${remedy}`,
  );
}
