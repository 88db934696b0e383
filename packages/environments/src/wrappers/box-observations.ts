/** The observation space of wrappers that work on arrays of numbers. */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Box, Space } from '../spaces/types.ts';

/** The space of observations that are arrays of numbers; raises ConfigError for others. */
export function boxObservations(
  wrapper: string,
  { observationSpace }: { readonly observationSpace: Space },
): Box {
  if (observationSpace.kind === 'Box') return observationSpace;
  throw new ConfigError(
    `${wrapper}: expected observations of a Box, got ${String(observationSpace)}; flattenObservation makes one`,
  );
}
