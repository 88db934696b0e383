/** The training that both kinds of soft actor-critic have in common. */
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
import type { DiscreteSacConfig, SacConfig } from './sac-config.ts';
import type { SacModel } from './sac-model.ts';
import { sacMeans, sacUpdate } from './sac-update.ts';

/** What the training needs. */
export interface SacTraining extends Pick<
  LearnerOptions<never>,
  'environment' | 'backend' | 'seed' | 'snapshot'
> {
  /** Whose training it is, for messages. */
  readonly algorithm: string;
  readonly model: SacModel;
  readonly config: SacConfig | DiscreteSacConfig;
}

/** Starts or continues a training. */
export async function sacLearner({
  algorithm,
  model,
  config,
  environment,
  backend,
  seed = 0,
  snapshot,
}: SacTraining): Promise<Learner> {
  const { actor, criticLayout, noiseSize } = model;
  const { count } = environment;
  const random = streams(seed, ['parameters', 'actions', 'minibatches', 'noise', 'exploration']);
  const replay = replayBuffer({
    ...config,
    ...actor,
    capacity: config.bufferSize,
    environments: count,
  });
  const batch = replayBatch(config.batchSize, actor);
  const { actionSize } = actor;
  const noise =
    'noise' in config
      ? explorationNoise({ ...config, environments: count, actionSize, random: random.actions })
      : undefined;

  const update = await compileProgram(backend, sacUpdate(model, config));
  const { places } = update;
  const parameters = places['actor']!;
  const behaviour = await policyActor({
    policy: actor,
    backend,
    parameters,
    count,
    random: random.actions,
  });
  const agent = actorCriticAgent({ model: actor, backend, parameters, normalizer: undefined });

  const criticParameters = criticLayout.initialize(random.parameters);
  parameters.write(actor.layout.initialize(random.parameters));
  places['critics']!.write(criticParameters);
  places['targets']!.write(criticParameters);
  places['logTemperature']!.write([Math.log(config.temperature)]);
  const rateAt = (progress: number) => scheduled(config.learningRateSchedule, config.learningRate, progress);
  const draw = new Float32Array(config.batchSize * noiseSize);

  return offPolicyLearner({
    environment,
    agent,
    config,
    seed,
    snapshot,
    places: pickEntries(places, (name) => /^(actor|critics|targets|logTemperature|optimizer)\b/.test(name)),
    random,
    memory: replay,
    choice: model.choice,
    ...(noise && { noise }),
    async act(observations, actions) {
      await behaviour.act(observations, actions);
      noise?.addTo(actions);
    },
    learn(progress) {
      replay.sample(random.minibatches, batch);
      writeReplay(batch, places);
      for (const name of noiseSize > 0 ? ['noise', 'nextNoise'] : []) {
        fillNoise(actor.noise.kind, random.noise, draw);
        places[name]!.write(draw);
      }
      places['learningRate']!.write([rateAt(progress)]);
      return update.run();
    },
    async report(step) {
      const mean = await sacMeans.take(places['sums']!);
      checkFinite(algorithm, step, mean);
      return {
        'train/actor_loss': mean.actorLoss,
        'train/critic_loss': mean.criticLoss,
        'train/ent_coef': mean.temperature,
        ...(config.tuneTemperature && { 'train/ent_coef_loss': mean.temperatureLoss }),
        'train/entropy_loss': -mean.entropy,
        'train/learning_rate': rateAt(step / config.steps),
      };
    },
    dispose() {
      agent.dispose();
      behaviour.dispose();
      update.dispose();
    },
  });
}
