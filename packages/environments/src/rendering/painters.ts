/** Which painter draws which environment. */
import { cartPolePainter } from './cart-pole.ts';
import type { Painter } from './painter.ts';
import { pendulumPainter } from './pendulum.ts';

/** Painters by the id of the environment. */
export const painters: Readonly<Record<string, Painter>> = {
  'CartPole-v0': cartPolePainter,
  'CartPole-v1': cartPolePainter,
  'Pendulum-v1': pendulumPainter,
};

/** The painter of an environment of this package by its id; undefined for others. */
export function findPainter(id: string): Painter | undefined {
  return Object.hasOwn(painters, id) ? painters[id] : undefined;
}
