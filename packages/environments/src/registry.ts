/** Registries: which environments have an id. A registry is a value that one passes on; there is no global one. */
import { ConfigError, EnvironmentError } from '@ascent-rl/core/errors';
import { acrobot } from './classic-control/acrobot.ts';
import { cartPole } from './classic-control/cart-pole.ts';
import { mountainCar, mountainCarContinuous } from './classic-control/mountain-car.ts';
import { pendulum } from './classic-control/pendulum.ts';
import { driving } from './driving/driving.ts';
import type { Dynamics } from './dynamics.ts';
import type { Environment } from './environment.ts';
import { nearestNames } from './nearest.ts';
import type { EnvironmentOptions } from './options.ts';
import { pong } from './pong/pong.ts';
import type { Space } from './spaces/types.ts';
import { blackjack } from './toy-text/blackjack.ts';
import { cliffWalking } from './toy-text/cliff-walking.ts';
import { frozenLake } from './toy-text/frozen-lake.ts';
import { gridWorld } from './toy-text/grid-world.ts';
import { taxi } from './toy-text/taxi.ts';
import { maskDynamics } from './wrappers/mask-observation.ts';

/** One id and how to make its environments: from dynamics, or one by one. */
export type Registration = {
  /** Such as `CartPole-v1`. */
  readonly id: string;
  /** Steps after which an episode is truncated; by default none is. */
  readonly maxEpisodeSteps?: number;
} & (
  | {
      /** Makes the dynamics, from which single and vectorised environments derive. */
      readonly dynamics: (options: EnvironmentOptions) => Dynamics<Space>;
    }
  | {
      /** Makes one environment; without a time limit. */
      readonly environment: (options: EnvironmentOptions) => Environment;
    }
);

/** Environments by id. */
export interface Registry {
  /** In the order of registration. */
  readonly ids: readonly string[];
  /**
   * The registration of an id.
   *
   * @throws EnvironmentError for an unknown id, with the nearest known ones.
   */
  find(id: string): Registration;
  /**
   * A registry with one environment more; this one stays as it is.
   *
   * @throws ConfigError when the id is taken.
   */
  with(registration: Registration): Registry;
}

/** A registry of the given environments. */
export function environmentRegistry(registrations: readonly Registration[]): Registry {
  const ids = registrations.map(({ id }) => id);
  return {
    ids,
    find(id) {
      const found = registrations.find((registration) => registration.id === id);
      if (found !== undefined) return found;
      const near = nearestNames(id, ids);
      const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known are ${ids.join(', ')}`;
      throw new EnvironmentError(`makeEnvironment: expected the id of an environment, got "${id}"; ${hint}`);
    },
    with(registration) {
      if (ids.includes(registration.id)) {
        throw new ConfigError(`registry: expected a new id, got "${registration.id}", which is taken`);
      }
      return environmentRegistry([...registrations, registration]);
    },
  };
}

/** The environments of this package. */
export const builtinEnvironments: Registry = environmentRegistry([
  { id: 'CartPole-v0', maxEpisodeSteps: 200, dynamics: cartPole },
  { id: 'CartPole-v1', maxEpisodeSteps: 500, dynamics: cartPole },
  { id: 'Acrobot-v1', maxEpisodeSteps: 500, dynamics: acrobot },
  { id: 'MountainCar-v0', maxEpisodeSteps: 200, dynamics: mountainCar },
  { id: 'MountainCarContinuous-v0', maxEpisodeSteps: 999, dynamics: mountainCarContinuous },
  { id: 'Pendulum-v1', maxEpisodeSteps: 200, dynamics: pendulum },
  {
    id: 'PendulumPixels-v1',
    maxEpisodeSteps: 200,
    dynamics: (options) => pendulum({ observation: 'pixels', ...options }),
  },
  { id: 'Blackjack-v1', dynamics: blackjack },
  { id: 'CliffWalking-v1', dynamics: cliffWalking },
  { id: 'CliffWalkingSlippery-v1', dynamics: (options) => cliffWalking({ slippery: true, ...options }) },
  { id: 'FrozenLake-v1', maxEpisodeSteps: 100, dynamics: frozenLake },
  {
    id: 'FrozenLake8x8-v1',
    maxEpisodeSteps: 200,
    dynamics: (options) => frozenLake({ map: '8x8', ...options }),
  },
  { id: 'GridWorld-v0', maxEpisodeSteps: 100, dynamics: gridWorld },
  { id: 'Taxi-v4', maxEpisodeSteps: 200, dynamics: taxi },
  { id: 'Driving-v0', maxEpisodeSteps: 500, dynamics: driving },
  {
    id: 'DrivingCruise-v0',
    maxEpisodeSteps: 500,
    dynamics: (options) => driving({ oncoming: 0, passing: false, ...options }),
  },
  // Partially observed: without velocities.
  {
    id: 'CartPoleNoVel-v1',
    maxEpisodeSteps: 500,
    dynamics: (options) => maskDynamics(cartPole(options), [1, 3]),
  },
  {
    id: 'AcrobotNoVel-v1',
    maxEpisodeSteps: 500,
    dynamics: (options) => maskDynamics(acrobot(options), [4, 5]),
  },
  {
    id: 'MountainCarNoVel-v0',
    maxEpisodeSteps: 200,
    dynamics: (options) => maskDynamics(mountainCar(options), [1]),
  },
  {
    id: 'MountainCarContinuousNoVel-v0',
    maxEpisodeSteps: 999,
    dynamics: (options) => maskDynamics(mountainCarContinuous(options), [1]),
  },
  {
    id: 'PendulumNoVel-v1',
    maxEpisodeSteps: 200,
    dynamics: (options) => maskDynamics(pendulum(options), [2]),
  },
  { id: 'Pong-v5', maxEpisodeSteps: 27_000, dynamics: pong },
  {
    id: 'PongNoFrameskip-v4',
    maxEpisodeSteps: 108_000,
    dynamics: (options) => pong({ frameSkip: 1, repeatActionProbability: 0, ...options }),
  },
  {
    id: 'PongDifference-v5',
    maxEpisodeSteps: 27_000,
    dynamics: (options) => pong({ observation: 'difference', actions: 'upDown', ...options }),
  },
  {
    id: 'PongStack-v4',
    maxEpisodeSteps: 27_000,
    dynamics: (options) => pong({ observation: 'stack', repeatActionProbability: 0, ...options }),
  },
  {
    id: 'PongStack-v5',
    maxEpisodeSteps: 27_000,
    dynamics: (options) => pong({ observation: 'stack', ...options }),
  },
  {
    id: 'PongStack60-v5',
    maxEpisodeSteps: 27_000,
    dynamics: (options) => pong({ observation: 'stack', stackSide: 60, ...options }),
  },
]);
