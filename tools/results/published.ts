/**
 * Published figures that ours stand beside: the benchmark of rl-baselines3-zoo (`benchmark.md` of DLR-RM/rl-baselines3-zoo
 * at 22e3ff2), one run each with tuned hyper-parameters and the policy's mode, mean ± deviation over episodes.
 */

/** A published run. */
export interface PublishedResult {
  readonly meanReturn: number;
  /** Over evaluation episodes. */
  readonly returnDeviation: number;
  /** Environment steps trained. */
  readonly steps: number;
}

const run = (meanReturn: number, returnDeviation: number, steps: number): PublishedResult => ({
  meanReturn,
  returnDeviation,
  steps,
});

/** By environment and algorithm. */
export const publishedResults: Readonly<Record<string, Readonly<Record<string, PublishedResult>>>> = {
  'Acrobot-v1': {
    a2c: run(-83.353, 17.213, 500_000),
    dqn: run(-76.639, 11.752, 100_000),
    ppo: run(-73.506, 18.201, 1_000_000),
    trpo: run(-83.114, 18.648, 100_000),
  },
  'CartPole-v1': {
    a2c: run(500.0, 0.0, 500_000),
    dqn: run(500.0, 0.0, 50_000),
    ppo: run(500.0, 0.0, 100_000),
    trpo: run(500.0, 0.0, 100_000),
  },
  'MountainCar-v0': {
    a2c: run(-111.263, 24.087, 1_000_000),
    dqn: run(-100.849, 9.925, 120_000),
    ppo: run(-110.423, 19.473, 1_000_000),
    trpo: run(-107.278, 13.231, 100_000),
  },
  'MountainCarContinuous-v0': {
    a2c: run(91.166, 0.255, 100_000),
    ddpg: run(93.512, 0.048, 300_000),
    ppo: run(88.343, 2.572, 20_000),
    sac: run(94.679, 1.134, 50_000),
    td3: run(93.483, 0.075, 300_000),
    trpo: run(92.489, 0.355, 50_000),
  },
  'Pendulum-v1': {
    a2c: run(-162.965, 103.21, 1_000_000),
    ddpg: run(-152.099, 94.282, 20_000),
    ppo: run(-172.225, 104.159, 100_000),
    sac: run(-156.995, 88.714, 20_000),
    td3: run(-151.855, 90.227, 20_000),
    trpo: run(-174.631, 127.577, 100_000),
  },
  // Without velocities and with a recurrent policy of LSTMs.
  'CartPoleNoVel-v1': { ppo: run(500.0, 0.0, 100_000) },
  'MountainCarContinuousNoVel-v0': { ppo: run(91.469, 1.776, 300_000) },
  'PendulumNoVel-v1': { ppo: run(-217.933, 140.094, 100_000) },
};
