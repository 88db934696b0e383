/** What the page shows: PPO on CartPole-v1, evaluated as it goes, and its policy at work. Runs in Node as well. */
import type { Backend } from '@ascent-rl/core';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { evaluate, type Agent } from '@ascent-rl/training';
import { ppo, ppoPresets } from '@ascent-rl/trust-region';

/** The task. */
export const task = 'CartPole-v1';
/** Mean return from which the task counts as solved; an episode ends after 500 steps of reward 1. */
export const solvedReturn = 475;
/** Episodes of one evaluation, all at once, with the policy's most likely actions. */
export const evaluationEpisodes = 100;
/** Iterations from one evaluation to the next. */
const evaluationInterval = 20;

/** How far a training is. */
export interface Progress {
  /** Environment steps so far. */
  readonly step: number;
  /** Mean return of the last 100 training episodes; NaN before the first has ended. */
  readonly meanReturn: number;
  /** Mean return of an evaluation, where there was one at this step. */
  readonly evaluation?: number;
}

/** A training that the caller drives. */
export interface Training {
  readonly agent: Agent;
  readonly totalSteps: number;
  /** Learns; one value an iteration, the last always evaluated. */
  progress(): AsyncGenerator<Progress, void, void>;
  dispose(): void;
}

/** Starts a training with the preset of the task. */
export async function cartPoleTraining(backend: Backend, seed: number): Promise<Training> {
  const config = ppoPresets[task]!;
  const environment = makeVectorEnvironment(task, { count: config.environments! });
  const testing = makeVectorEnvironment(task, { count: evaluationEpisodes });
  const learner = await ppo({ environment, backend, config, seed });
  const { agent, totalSteps } = learner;
  return {
    agent,
    totalSteps,
    async *progress() {
      for await (const { step, iteration, metrics } of learner.train()) {
        const meanReturn = metrics['rollout/ep_rew_mean'] ?? NaN;
        if (iteration % evaluationInterval !== 0 && step < totalSteps) yield { step, meanReturn };
        else {
          const options = { episodes: evaluationEpisodes, seed: seed + evaluationEpisodes };
          yield { step, meanReturn, evaluation: (await evaluate(agent, testing, options)).meanReturn };
        }
      }
    },
    dispose: () => learner.dispose(),
  };
}

/** One episode after the other of a policy that may be learning meanwhile. */
export interface Exhibition {
  /** What the painter of the task paints; for CartPole it is the observation. */
  readonly state: Float32Array;
  /** Steps of the episode so far. */
  readonly length: number;
  /** Acts once. */
  step(): Promise<void>;
  dispose(): void;
}

/** An exhibition of the agent's most likely actions. */
export async function exhibition(agent: Agent, seed: number): Promise<Exhibition> {
  const environment = makeVectorEnvironment(task, { count: 1 });
  const actor = await agent.batch(1);
  const action = new Float32Array(1);
  let length = 0;
  environment.reset(seed);
  return {
    state: environment.observations,
    get length() {
      return length;
    },
    async step() {
      await actor.act(environment.observations, action);
      environment.step(action);
      length = environment.terminated[0] || environment.truncated[0] ? 0 : length + 1;
    },
    dispose: () => actor.dispose(),
  };
}
