/**
 * What a policy sees of several environments, row by row: an observation, normalized where the training does so, and what
 * its {@link Senses} add.
 *
 * Shapes: N environments, O numbers in an observation, M flags of allowed choices, S numbers in a row.
 */
import type { VectorEnvironment } from '@ascent-rl/environments';
import type { ObservationNormalizer } from './normalization.ts';
import type { Senses } from './policy.ts';

/** Rows that are written in place. */
export interface SeenRows {
  /** [N, S] */
  readonly rows: Float32Array;
  /**
   * Writes all rows.
   *
   * @param observations - As the environments give them, [N, O].
   * @param starts - 1 where an episode starts, [N]; by default none does.
   * @param masks - 1 for each allowed choice, [N, M]; by default all are.
   */
  show(
    observations: Float32Array,
    normalizer: ObservationNormalizer | undefined,
    starts?: ArrayLike<number>,
    masks?: ArrayLike<number>,
  ): void;
}

/** Rows for the environments of a vector. */
export function seenRows(
  { count, observationSize }: Pick<VectorEnvironment, 'count' | 'observationSize'>,
  senses: Senses,
): SeenRows {
  const startsAt = observationSize + (senses.starts ? 1 : 0);
  const width = startsAt + senses.choices;
  const rows = new Float32Array(count * width);
  const normalized = width === observationSize ? rows : new Float32Array(count * observationSize);
  return {
    rows,
    show(observations, normalizer, starts, masks) {
      normalized.set(observations);
      normalizer?.normalize(normalized);
      if (width === observationSize) return;
      for (let i = 0, at = 0; i < count; i++) {
        for (let j = 0; j < observationSize; j++) rows[at++] = normalized[i * observationSize + j]!;
        if (senses.starts) rows[at++] = starts?.[i] ?? 0;
        for (let j = 0; j < senses.choices; j++) rows[at++] = masks?.[i * senses.choices + j] ?? 1;
      }
    },
  };
}
