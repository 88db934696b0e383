/**
 * Policies that choose among n by a score for each, of which only some may be allowed: what they see, and what they heed.
 *
 * Shapes: B rows, O numbers in an observation, n choices.
 */
import { where, type Tensor } from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';
import type { Generator } from '@ascent-rl/core/random';
import { flatSize } from '@ascent-rl/environments';
import type { ActorCriticSpaces } from './actor-critic.ts';
import type { Senses } from './policy.ts';

/** The score of a choice that is not allowed: its probability is 0 in float32, and 0 · log 0 stays 0. */
export const forbidden = -1e8;

/** A choice among n, some of which may be forbidden at times. */
export interface MaskedChoice {
  /** n */
  readonly count: number;
  /** The number of the first choice in the action space. */
  readonly start: number;
  /** Numbers that a policy sees of a step: an observation, and a flag for each choice where the environment has flags. */
  readonly observationSize: number;
  readonly senses: Senses;
  /** The observations [B, O] in what is seen. */
  observation(seen: Tensor): Tensor;
  /** Scores [B, n] with `instead` for what is not allowed. */
  heed(scores: Tensor, seen: Tensor, instead?: number): Tensor;
  /** Draws one of the choices that row `row` of what is seen allows, each as likely as the others. */
  draw(random: Generator, seen: Float32Array, row: number): number;
}

/**
 * The choice of a Discrete action space.
 *
 * @param algorithm - Whose it is, for the message.
 * @throws UnsupportedError for any other space.
 */
export function maskedChoice(
  { observationSpace, actionSpace, actionMasks }: ActorCriticSpaces,
  algorithm: string,
): MaskedChoice {
  if (actionSpace.kind !== 'Discrete') {
    throw new UnsupportedError(
      `${algorithm}: expected an action space Discrete, got ${String(actionSpace)}; choose an algorithm for that space`,
    );
  }
  const { n, start } = actionSpace;
  const size = flatSize(observationSpace);
  const choices = actionMasks === undefined ? 0 : n;
  const observationSize = size + choices;
  return {
    count: n,
    start,
    observationSize,
    senses: { starts: false, choices },
    observation: (seen) => (choices === 0 ? seen : seen.slice(1, 0, size)),
    heed: (scores, seen, instead = forbidden) =>
      choices === 0 ? scores : where(seen.slice(1, size), scores, instead),
    draw(random, seen, row) {
      const flags = (row + 1) * observationSize - choices;
      let allowed = choices === 0 ? n : 0;
      for (let i = 0; i < choices; i++) allowed += seen[flags + i]!;
      const drawn = random.integers(0, allowed);
      if (choices === 0) return drawn;
      let choice = 0;
      for (let passed = -1; ; choice++) {
        passed += seen[flags + choice]!;
        if (passed === drawn) return choice;
      }
    },
  };
}
