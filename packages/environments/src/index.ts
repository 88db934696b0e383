/**
 * Environments with the contract and the numbers of Gymnasium: spaces, registry, time limits, vectorisation.
 *
 * @module
 */
export { checkEnvironment, type CheckOptions } from './check/check-environment.ts';
export { benchmarkEnvironment, type BenchmarkOptions } from './check/benchmark-environment.ts';
export { acrobot, type AcrobotOptions } from './classic-control/acrobot.ts';
export { cartPole, type CartPoleOptions } from './classic-control/cart-pole.ts';
export {
  mountainCar,
  mountainCarContinuous,
  type MountainCarOptions,
} from './classic-control/mountain-car.ts';
export { pendulum, type PendulumOptions } from './classic-control/pendulum.ts';
export { driving, type DrivingOptions } from './driving/driving.ts';
export { dynamicsEnvironment, type Dynamics, type DynamicsObservation } from './dynamics.ts';
export {
  isResumable,
  type Environment,
  type Frame,
  type Info,
  type Json,
  type ResetOptions,
  type ResetResult,
  type Resumable,
  type StepResult,
} from './environment.ts';
export { grayscaleObservation, resizeObservation } from './images/observations.ts';
export {
  makeEnvironment,
  makeVectorEnvironment,
  type EnvironmentFactory,
  type MakeOptions,
  type MakeVectorOptions,
} from './make.ts';
export { nearestNames } from './nearest.ts';
export { type EnvironmentOptions } from './options.ts';
export { frameWriter, type FrameWriter } from './pong/frame.ts';
export { pong, type PongOptions } from './pong/pong.ts';
export { pongDifference, pongStack } from './pong/preprocessing.ts';
export { builtinEnvironments, environmentRegistry, type Registration, type Registry } from './registry.ts';
export { box, type BoxOptions } from './spaces/box.ts';
export { discrete, multiBinary, multiDiscrete } from './spaces/choices.ts';
export {
  actionSize,
  contains,
  dict,
  choiceCount,
  flatSize,
  flattenAction,
  flattenInto,
  sample,
  tuple,
  unflatten,
  unflattenAction,
  violation,
  withoutLimits,
} from './spaces/space.ts';
export type {
  Box,
  BoxType,
  Dict,
  Discrete,
  MultiBinary,
  MultiDiscrete,
  Numbers,
  Space,
  Tuple,
  ValueOf,
  WritableNumbers,
} from './spaces/types.ts';
export { strictEnvironment } from './strict.ts';
export { timeLimit } from './time-limit.ts';
export { blackjack, type BlackjackOptions } from './toy-text/blackjack.ts';
export { cliffWalking, type CliffWalkingOptions } from './toy-text/cliff-walking.ts';
export {
  finiteDynamics,
  type FiniteDynamics,
  type FiniteModel,
  type Outcome,
} from './toy-text/finite-model.ts';
export {
  frozenLake,
  randomLake,
  type FrozenLakeOptions,
  type RandomLakeOptions,
} from './toy-text/frozen-lake.ts';
export { gridWorld, type GridWorldOptions } from './toy-text/grid-world.ts';
export { taxi, type TaxiOptions } from './toy-text/taxi.ts';
export { vectorDynamics } from './vector/vector-dynamics.ts';
export { type VectorEnvironment, type VectorEnvironmentState } from './vector/vector-environment.ts';
export { vectorize } from './vector/vectorize.ts';
export { clipAction } from './wrappers/clip-action.ts';
export { clipReward } from './wrappers/clip-reward.ts';
export { flatSpace, flattenObservation } from './wrappers/flatten-observation.ts';
export { frameStack } from './wrappers/frame-stack.ts';
export { maskDynamics, maskObservation } from './wrappers/mask-observation.ts';
export { maxAndSkip } from './wrappers/max-and-skip.ts';
export { monitor, type MonitoredEpisode } from './wrappers/monitor.ts';
export { noopReset } from './wrappers/noop-reset.ts';
export { rescaleAction } from './wrappers/rescale-action.ts';
export { transformAction } from './wrappers/transform-action.ts';
export { transformObservation, transformVectorObservation } from './wrappers/transform-observation.ts';
export { transformReward } from './wrappers/transform-reward.ts';
