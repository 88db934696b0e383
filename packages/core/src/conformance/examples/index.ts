/** All examples. The table is total: a primitive without examples does not compile. */
import type { Primitive } from '../../tensor/primitives.ts';
import { elementwiseExamples } from './elementwise.ts';
import type { Example } from './example.ts';
import { movementExamples } from './movement.ts';
import { productExamples } from './products.ts';
import { reductionExamples } from './reductions.ts';

export type { Example } from './example.ts';
export { functionExamples } from './functions.ts';

/** Examples of each primitive, with shapes at the borders and numbers around ±2. */
export const primitiveExamples: { readonly [P in Primitive]: readonly Example[] } = {
  ...elementwiseExamples,
  ...reductionExamples,
  ...movementExamples,
  ...productExamples,
};
