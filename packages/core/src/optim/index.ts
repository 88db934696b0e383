/**
 * Optimisers, gradient clipping and schedules, as pure functions of flat vectors.
 *
 * @module
 */
export { adam, adamW, type AdamOptions, type AdamWOptions } from './adam.ts';
export { clipByGlobalNorm, type ClippedGradient } from './clip.ts';
export { movingAverage, type InitialState, type Optimizer, type OptimizerStep } from './optimizer.ts';
export { rmsProp, type RmsPropOptions } from './rmsprop.ts';
export { scheduled, type ScheduleName } from './schedule.ts';
export { momentum, sgd } from './sgd.ts';
