/** Playing: episodes of a policy or of chance in one environment, moment by moment. */
import { generator } from '@ascent-rl/core/random';
import {
  actionSize,
  flattenAction,
  sample,
  type Environment,
  type Frame,
  type Space,
  type ValueOf,
} from '@ascent-rl/environments';
import type { Camera } from '@ascent-rl/recording';
import type { ActOptions } from '@ascent-rl/training';

/** Chooses actions. */
export type Actor = (
  observation: ValueOf<Space>,
  moment: Pick<ActOptions, 'starts' | 'actionMasks'>,
) => Promise<ValueOf<Space>>;

/** One moment of an episode. */
export interface Moment {
  /** Of episodes, from 1. */
  readonly episode: number;
  /** Steps taken since the episode began. */
  readonly step: number;
  /** Sum of the rewards so far. */
  readonly return: number;
  /** Whether the episode is over. */
  readonly isOver: boolean;
  /** Whether no moment of this episode follows: it is over, or no steps are left. */
  readonly isLast: boolean;
  /** How it looks now. */
  shoot(): Frame;
}

/** What to play. */
export interface Game {
  readonly environment: Environment;
  readonly camera: Camera;
  readonly actor: Actor;
  readonly episodes: number;
  /** Steps in all; Infinity for no limit. */
  readonly steps: number;
  readonly seed: number;
}

/**
 * Plays whole episodes, as long as there are steps left and nobody stops it; a moment is for looking at before the next
 * is asked for.
 */
export async function* play(
  { environment, camera, actor, episodes, steps, seed }: Game,
  signal: AbortSignal,
): AsyncGenerator<Moment> {
  const numbers = new Float64Array(actionSize(environment.actionSpace));
  let left = steps;
  for (let episode = 1; episode <= episodes && left > 0; episode++) {
    let { observation } = environment.reset(episode === 1 ? { seed } : {});
    let moment: Moment = {
      episode,
      step: 0,
      return: 0,
      isOver: false,
      isLast: false,
      shoot: () => camera.shoot(),
    };
    yield moment;
    while (!moment.isLast && !signal.aborted) {
      const action = await actor(observation as ValueOf<Space>, {
        starts: [moment.step === 0 ? 1 : 0],
        actionMasks: environment.actionMask?.(),
      });
      const result = environment.step(action);
      observation = result.observation;
      flattenAction(environment.actionSpace, action, numbers);
      left -= 1;
      const isOver = result.terminated || result.truncated;
      moment = {
        episode,
        step: moment.step + 1,
        return: moment.return + result.reward,
        isOver,
        isLast: isOver || left === 0,
        shoot: () => camera.shoot(numbers),
      };
      yield moment;
    }
    if (signal.aborted) return;
  }
}

/** Acts at random. */
export function randomActor({ actionSpace }: Environment, seed: number): Actor {
  const random = generator(seed);
  return async () => sample(actionSpace, random);
}
