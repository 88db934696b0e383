/** The optimizer of an algorithm as fields of its configuration. */
import { adam, rmsProp, sgd, type Optimizer } from '@ascent-rl/core/optim';
import * as z from 'zod';
import { scheduleField } from './config.ts';

const positive = z.number().positive();

/** The optimizers by name. */
export const optimizerNames = ['rmsProp', 'adam', 'sgd'] as const;

/** Name of an optimizer. */
export type OptimizerName = (typeof optimizerNames)[number];

/** Fields that say how gradients become steps; algorithms differ in the optimizer and the step size they start from. */
export function optimizerFields(optimizer: OptimizerName, learningRate: number): OptimizerFields {
  return {
    optimizer: z
      .enum(optimizerNames)
      .default(optimizer)
      .describe('how gradients become steps: rmsProp, adam, or sgd for plain ascent'),
    learningRate: positive.default(learningRate).describe('step size α'),
    learningRateSchedule: scheduleField.describe('how the step size changes: constant, or linear to 0'),
    optimizerEpsilon: positive
      .default(1e-5)
      .describe('ε of RMSProp, inside the root, or of Adam, outside it'),
    rmsPropDecay: z
      .number()
      .min(0)
      .lt(1)
      .default(0.99)
      .describe("decay of RMSProp's average squared gradient"),
  };
}

/** The fields of {@link optimizerFields}. */
export interface OptimizerFields {
  readonly optimizer: z.ZodDefault<z.ZodEnum<{ [name in OptimizerName]: name }>>;
  readonly learningRate: z.ZodDefault<z.ZodNumber>;
  readonly learningRateSchedule: typeof scheduleField;
  readonly optimizerEpsilon: z.ZodDefault<z.ZodNumber>;
  readonly rmsPropDecay: z.ZodDefault<z.ZodNumber>;
}

/** The optimizer of a configuration. RMSProp is TensorFlow's, ε inside the root and an average from 0. */
export function optimizerOf({
  optimizer,
  optimizerEpsilon: epsilon,
  rmsPropDecay: decay,
}: {
  readonly optimizer: OptimizerName;
  readonly optimizerEpsilon: number;
  readonly rmsPropDecay: number;
}): Optimizer {
  switch (optimizer) {
    case 'rmsProp':
      return rmsProp({ decay, epsilon });
    case 'adam':
      return adam({ epsilon });
    case 'sgd':
      return sgd();
  }
}
