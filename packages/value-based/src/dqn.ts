/**
 * Deep Q-networks, the yardstick of policy gradients.
 * Mnih et al. 2015, "Human-level control through deep reinforcement learning", https://doi.org/10.1038/nature14236
 *
 *   y = R + Γ maxₐ Q′(s′, a)                       or, double: R + Γ Q′(s′, argmaxₐ Q(s′, a))
 *   L = E[w · huber(Q(s, a) − y)]                  w = 1, or the weights of prioritised replay
 *
 * With Γ and R over several steps, prioritised replay, duelling networks and double Q-learning it has four of the six
 * parts of Rainbow (Hessel et al. 2018, https://arxiv.org/abs/1710.02298).
 *
 * Shapes: B rows in a batch, n actions, N environments.
 */
import { gradient, simplify, trace, type Program } from '@ascent-rl/core';
import { adam, clipByGlobalNorm, scheduled } from '@ascent-rl/core/optim';
import {
  actorCriticAgent,
  checkFinite,
  compileProgram,
  mapValues,
  offPolicyLearner,
  parseConfig,
  pickEntries,
  policyActor,
  priorities,
  readPlace,
  replayBatch,
  replayBuffer,
  replayShapes,
  scalarMeans,
  streams,
  writeReplay,
  type Learner,
  type LearnerOptions,
  type Memory,
  type Policy,
} from '@ascent-rl/training';
import { dqnSchema, type DqnConfig, type DqnOptions } from './dqn-config.ts';
import { qError, qLoss, qTarget } from './dqn-loss.ts';
import { qNetwork, type GreedyChoice } from './q-network.ts';

const means = scalarMeans(['loss', 'value']);

/** One gradient step on one batch, as a program; with priorities it also gives the errors δ [B]. */
export function dqnUpdate(policy: Policy<GreedyChoice>, config: DqnConfig): Program {
  const { layout } = policy;
  const { batchSize, prioritized } = config;
  const optimizer = adam({ epsilon: config.adamEpsilon });
  const shapes = {
    parameters: [layout.size],
    targets: [layout.size],
    optimizer: mapValues(optimizer.state(layout.size), ({ shape }) => shape),
    sums: means.shape,
    batch: replayShapes(batchSize, policy),
    ...(prioritized && { weights: [batchSize] }),
    learningRate: [],
  } as const;

  const program = trace(({ parameters, targets, optimizer: state, sums, batch, weights, learningRate }) => {
    const { observations, actions, nextObservations, ...returns } = batch;
    const online = layout.unpack(parameters);
    const nextValues = policy.policy(layout.unpack(targets), nextObservations).allowedValues;
    const choosing = config.double ? policy.policy(online, nextObservations).allowedValues : nextValues;
    const target = qTarget({ ...returns, nextValues, choosing });
    const error = qError(policy.policy(online, observations).values, actions.squeeze(1), target);
    const loss = qLoss(error, weights);
    const slope = clipByGlobalNorm(layout.pack(gradient(loss, online)), config.maxGradientNorm);
    const next = optimizer.update({ parameters, gradient: slope.gradient, state, learningRate });
    return {
      parameters: next.parameters,
      optimizer: next.state,
      sums: means.add(sums, { loss, value: error.add(target).mean() }),
      ...(prioritized && { errors: error }),
    };
  }, shapes);
  return simplify(program);
}

/**
 * Trains with DQN.
 *
 * @throws ConfigError for hyper-parameters outside their range, and a replay buffer that does not fit into memory.
 * @throws UnsupportedError unless actions are Discrete.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await dqn({ environment, backend, config: dqnPresets['CartPole-v1'], seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function dqn(options: LearnerOptions<DqnOptions>): Promise<Learner> {
  const { environment, backend, seed = 0, snapshot } = options;
  const { count } = environment;
  const config = parseConfig(dqnSchema, options.config ?? {}, 'dqn');
  const policy = qNetwork(environment, config);
  const random = streams(seed, ['parameters', 'minibatches', 'exploration']);
  const replay = replayBuffer({ ...config, ...policy, capacity: config.bufferSize, environments: count });
  const priority = config.prioritized ? priorities(replay, config.priorityExponent) : undefined;
  const batch = replayBatch(config.batchSize, policy);
  const weights = new Float32Array(config.batchSize);
  const errors = new Float32Array(config.batchSize);

  const update = await compileProgram(backend, dqnUpdate(policy, config));
  const { places } = update;
  const parameters = places['parameters']!;
  const copying = await compileProgram(
    backend,
    trace(({ parameters: online }) => ({ targets: online }), { parameters: [policy.layout.size] }),
    { parameters, targets: places['targets']! },
  );
  const greedy = await policyActor({ policy, backend, parameters, count });
  const agent = actorCriticAgent({ model: policy, backend, parameters, normalizer: undefined });
  const initial = policy.layout.initialize(random.parameters);
  parameters.write(initial);
  places['targets']!.write(initial);

  /** ε after a share of the training. */
  function exploration(progress: number): number {
    const { explorationStart: from, explorationEnd: to, explorationFraction: fraction } = config;
    return progress >= fraction ? to : from + ((to - from) * progress) / fraction;
  }
  const memory: Memory = {
    add(transitions) {
      const first = replay.add(transitions);
      priority?.added(first, count);
    },
    cut: () => replay.cut(),
    state: () => ({ ...replay.state(), ...priority?.state() }),
    restore(saved) {
      replay.restore(saved);
      priority?.restore(saved);
    },
  };

  return offPolicyLearner({
    environment,
    agent,
    config,
    seed,
    snapshot,
    places: pickEntries(places, (name) => /^(parameters|targets|optimizer)\b/.test(name)),
    random,
    memory,
    choice: policy.choice,
    async act(observations, actions, step) {
      const { targetInterval } = config;
      if (Math.floor(step / targetInterval) > Math.floor((step - count) / targetInterval))
        await copying.run();
      await greedy.act(observations, actions);
      const epsilon = exploration(step / config.steps);
      for (let i = 0; i < count; i++) {
        if (random.exploration.random() < epsilon)
          actions[i] = policy.choice.draw(random.exploration, observations, i);
      }
    },
    async learn(progress) {
      if (priority) {
        const beta = config.importanceExponent + (1 - config.importanceExponent) * Math.min(1, progress);
        priority.sample(random.minibatches, beta, batch, weights);
        places['weights']!.write(weights);
      } else replay.sample(random.minibatches, batch);
      writeReplay(batch, places);
      places['learningRate']!.write([scheduled(config.learningRateSchedule, config.learningRate, progress)]);
      await update.run();
      if (!priority) return;
      await readPlace(places['errors']!, errors);
      priority.update(batch, errors);
    },
    async report(step) {
      const mean = await means.take(places['sums']!);
      checkFinite('dqn', step, mean);
      const progress = step / config.steps;
      return {
        'rollout/exploration_rate': exploration(progress),
        'train/learning_rate': scheduled(config.learningRateSchedule, config.learningRate, progress),
        'train/loss': mean.loss,
      };
    },
    dispose() {
      agent.dispose();
      greedy.dispose();
      copying.dispose();
      update.dispose();
    },
  });
}
