/** Every case of the suite. */
import type { ConformanceCase } from '../case.ts';
import { borderCases } from './borders.ts';
import { exampleCases } from './derived.ts';
import { extremeCases } from './extremes.ts';
import { stabilityCases } from './stability.ts';
import { updateCases } from './updates.ts';

/** All programs of the suite, in the order from primitives to whole updates. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...exampleCases,
  ...extremeCases,
  ...stabilityCases,
  ...borderCases,
  ...updateCases,
];
