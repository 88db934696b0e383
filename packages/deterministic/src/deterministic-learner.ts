/** The training that DPG, DDPG and TD3 have in common: they differ in a few numbers. */
import { scheduled } from '@ascent-rl/core/optim';
import {
  actorCriticAgent,
  checkFinite,
  compileProgram,
  explorationNoise,
  fillNoise,
  offPolicyLearner,
  pickEntries,
  policyActor,
  replayBatch,
  replayBuffer,
  streams,
  writeReplay,
  type Learner,
  type LearnerOptions,
} from '@ascent-rl/training';
import type { Td3Config } from './deterministic-config.ts';
import { deterministicModel } from './deterministic-model.ts';
import { actorMeans, criticMeans, deterministicUpdate } from './deterministic-update.ts';

/** What the training needs besides a configuration of TD3. */
export interface DeterministicTraining extends Pick<
  LearnerOptions<never>,
  'environment' | 'backend' | 'seed' | 'snapshot'
> {
  /** Whose training it is, for messages. */
  readonly algorithm: string;
  readonly config: Td3Config;
}

/** Starts or continues a training. With τ = 1 there are no target networks. */
export async function deterministicLearner({
  algorithm,
  config,
  environment,
  backend,
  seed = 0,
  snapshot,
}: DeterministicTraining): Promise<Learner> {
  const { count } = environment;
  const { batchSize, policyDelay } = config;
  const model = deterministicModel(environment, config, algorithm);
  const { actor, criticLayout } = model;
  const random = streams(seed, ['parameters', 'actions', 'minibatches', 'noise', 'exploration']);
  const replay = replayBuffer({ ...config, ...actor, capacity: config.bufferSize, environments: count });
  const batch = replayBatch(batchSize, actor);
  const noise = explorationNoise({
    ...config,
    environments: count,
    actionSize: actor.actionSize,
    random: random.actions,
  });

  const whole = await compileProgram(backend, deterministicUpdate(model, config, true));
  const { places } = whole;
  const criticsOnly =
    policyDelay > 1
      ? await compileProgram(backend, deterministicUpdate(model, config, false), places)
      : undefined;
  const parameters = places['actor']!;
  const behaviour = await policyActor({ policy: actor, backend, parameters, count });
  const agent = actorCriticAgent({ model: actor, backend, parameters, normalizer: undefined });

  const actorParameters = actor.layout.initialize(random.parameters);
  const criticParameters = criticLayout.initialize(random.parameters);
  for (const name of ['actor', 'targetActor']) places[name]?.write(actorParameters);
  for (const name of ['critics', 'targetCritics']) places[name]?.write(criticParameters);
  const draw = new Float32Array(batchSize * actor.noise.size);
  const rateAt = (progress: number) => scheduled(config.learningRateSchedule, 1, progress);
  const criticRate = config.criticLearningRate ?? config.learningRate;
  let improvements = 0; // since the last report

  return offPolicyLearner({
    environment,
    agent,
    config,
    seed,
    snapshot,
    places: pickEntries(places, (name) =>
      /^(actor|critics|targetActor|targetCritics|optimizer)\b/.test(name),
    ),
    random,
    memory: replay,
    ...(noise && { noise }),
    async act(observations, actions) {
      await behaviour.act(observations, actions);
      noise?.addTo(actions);
    },
    learn(progress, update) {
      replay.sample(random.minibatches, batch);
      writeReplay(batch, places);
      if (config.targetNoise > 0) {
        fillNoise('normal', random.noise, draw);
        places['nextNoise']!.write(draw);
      }
      places['learningRate.actor']!.write([rateAt(progress) * config.learningRate]);
      places['learningRate.critics']!.write([rateAt(progress) * criticRate]);
      if (criticsOnly && update % policyDelay !== 0) return criticsOnly.run();
      improvements += 1;
      return whole.run();
    },
    async report(step) {
      const fitted = await criticMeans.take(places['sums.critics']!);
      const improved = improvements > 0 ? await actorMeans.take(places['sums.actor']!) : undefined;
      improvements = 0;
      checkFinite(algorithm, step, { ...fitted, ...improved });
      return {
        ...(improved && { 'train/actor_loss': improved.actorLoss }),
        'train/critic_loss': fitted.criticLoss,
        'train/learning_rate': rateAt(step / config.steps) * config.learningRate,
      };
    },
    dispose() {
      agent.dispose();
      behaviour.dispose();
      criticsOnly?.dispose();
      whole.dispose();
    },
  });
}
