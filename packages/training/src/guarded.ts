/** Errors of the system and of the engine, raised as our own. */
import { AscentError } from '@ascent-rl/core/errors';

/** Does `work`; an error that is not ours goes on as the one that `raise` makes of its message. */
export function guarded<T>(raise: (problem: string, options: ErrorOptions) => AscentError, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof AscentError) throw cause;
    throw raise((cause as Error).message, { cause });
  }
}
