/** Which painter draws which environment. */
import { acrobotPainter } from './acrobot.ts';
import { blackjackPainter } from './blackjack.ts';
import { cartPolePainter } from './cart-pole.ts';
import { drivingPainter } from './driving.ts';
import { gridPainters } from './grid.ts';
import { mountainCarContinuousPainter, mountainCarPainter } from './mountain-car.ts';
import type { Painter } from './painter.ts';
import { pendulumPainter } from './pendulum.ts';
import { pongPainter } from './pong.ts';
import { taxiPainter } from './taxi.ts';

/** Painters by the id of the environment, as it is without options. */
export const painters: Readonly<Record<string, Painter>> = {
  'CartPole-v0': cartPolePainter,
  'CartPole-v1': cartPolePainter,
  'Acrobot-v1': acrobotPainter,
  'MountainCar-v0': mountainCarPainter,
  'MountainCarContinuous-v0': mountainCarContinuousPainter,
  'Pendulum-v1': pendulumPainter,
  'PendulumPixels-v1': pendulumPainter,
  'Blackjack-v1': blackjackPainter,
  'Taxi-v4': taxiPainter,
  'Driving-v0': drivingPainter(),
  'DrivingCruise-v0': drivingPainter({ passing: false }),
  'CartPoleNoVel-v1': cartPolePainter,
  'AcrobotNoVel-v1': acrobotPainter,
  'MountainCarNoVel-v0': mountainCarPainter,
  'MountainCarContinuousNoVel-v0': mountainCarContinuousPainter,
  'PendulumNoVel-v1': pendulumPainter,
  'Pong-v5': pongPainter(),
  'PongNoFrameskip-v4': pongPainter({ frameSkip: 1 }),
  'PongDifference-v5': pongPainter(),
  'PongStack-v4': pongPainter(),
  'PongStack-v5': pongPainter(),
  'PongStack60-v5': pongPainter(),
  ...gridPainters,
};

/** The painter of an environment of this package by its id; undefined for others. */
export function findPainter(id: string): Painter | undefined {
  return Object.hasOwn(painters, id) ? painters[id] : undefined;
}
