/** Options of environments that come from the outside, by name. */
import { ConfigError } from '@ascent-rl/core/errors';

/** Options by name, as a command line or a file gives them. */
export type EnvironmentOptions = Readonly<Record<string, unknown>>;

/**
 * Options filled up with defaults.
 *
 * @throws ConfigError for an option that is unknown or of another type than its default, or not finite.
 */
export function resolveOptions<Options extends object>(
  name: string,
  given: object,
  defaults: Options,
): Options {
  for (const [key, value] of Object.entries(given)) {
    const model = (defaults as EnvironmentOptions)[key];
    if (model === undefined) {
      const known = Object.keys(defaults).join(', ') || 'no options';
      throw new ConfigError(`${name}: expected ${known}, got an unknown option "${key}"`);
    }
    const isRight = typeof value === typeof model && (typeof value !== 'number' || Number.isFinite(value));
    if (!isRight) {
      const kind = typeof model === 'number' ? 'finite number' : typeof model;
      throw new ConfigError(`${name}: expected ${key} to be a ${kind}, got ${String(value)}`);
    }
  }
  return { ...defaults, ...given };
}
