/**
 * A program as a flat list of kernel calls: which kernels of the engine run, on which values, and when each value was
 * read for the last time.
 */
import {
  formatShape,
  lower,
  primitives,
  type Lowerings,
  type Primitive,
  type Program,
  type Shape,
} from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';
import { lowerEmpty } from './empty.ts';
import { asFloat, lowerings } from './lowerings.ts';
import { keptInShape } from './matrix.ts';
import type { EngineTraits } from './traits.ts';

/** Types of an engine's values: float32 unless a kernel wants or gives another. */
export type ValueType = 'float32' | 'int32' | 'bool';

/** A value of the plan. Values of one slot hold the same numbers, in shapes of their own. */
export interface Value {
  readonly slot: number;
  readonly shape: Shape;
  readonly type: ValueType;
  /** The numbers, where they are known when planning. */
  readonly data?: ArrayLike<number>;
}

/** Operands of a kernel: by name, or in order for those that take any number. */
export type KernelInputs = Readonly<Record<string, Value>> | readonly Value[];

/** One kernel call. */
export interface Step {
  readonly kernel: string;
  readonly inputs: KernelInputs;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly output: Value;
  /** What it belongs to: the primitive and its line in the printed program, e.g. `tanh_3`. */
  readonly origin: string;
  /** Slots that are not read any more after this step. */
  readonly release: readonly number[];
}

/** A planned program. Slots are numbered: first the inputs, then constants and results as they came up. */
export interface Plan {
  readonly slots: number;
  /** Values that are there before the first step. */
  readonly constants: readonly Value[];
  readonly steps: readonly Step[];
  /** In the order of `program.outputs`. */
  readonly outputs: readonly Value[];
}

/** A plan in the making. */
export interface Planner {
  readonly traits: EngineTraits;
  /** The shape in which the data of a slot may be the right operand of a product; see {@link keptInShape}. */
  readonly packed: Map<number, Shape>;
  /** Adds a kernel call; equal calls are made once. */
  kernel(
    name: string,
    inputs: KernelInputs,
    shape: Shape,
    attributes?: Readonly<Record<string, unknown>>,
    type?: ValueType,
  ): Value;
  /** Numbers that are known when planning. */
  constant(data: ArrayLike<number>, shape: Shape): Value;
}

type Rule = (inputs: readonly Value[], attributes: never, shape: Shape) => Value;

/** Axes that kernels of every engine take. */
const largestRank = 6;

/**
 * Plans a program.
 *
 * @throws UnsupportedError naming the primitive that the engine cannot do.
 */
export function planProgram(program: Program, traits: EngineTraits): Plan {
  const unreleased: Omit<Step, 'release'>[] = [];
  const known = new Map<string, Value>();
  let slots = program.inputs.length;
  let origin = '';
  const planner: Planner = {
    traits,
    packed: new Map(program.inputs.map(({ shape }, slot) => [slot, shape])),
    kernel(name, inputs, shape, attributes = {}, type = 'float32') {
      const operands = Object.entries(inputs).map(([key, { slot, shape }]) => [key, slot, shape]);
      const key = JSON.stringify([name, operands, attributes]);
      const equal = known.get(key);
      if (equal !== undefined) return equal;
      const output: Value = { slot: slots++, shape, type };
      unreleased.push({ kernel: name, inputs, attributes, output, origin });
      known.set(key, output);
      return output;
    },
    constant: (data, shape) => ({ slot: slots++, shape, type: 'float32', data }),
  };

  const rules: Readonly<Record<string, Rule>> = lowerings(planner);
  let line = 0;
  const guarded = Object.fromEntries(
    primitives.map((primitive) => {
      const rule: Rule = (inputs, attributes, shape) => {
        origin = `${primitive}_${line++}`;
        checkRank(origin, [shape, ...inputs.map((value) => value.shape)]);
        const operands = inputs.map((value, i) =>
          takesTruth(primitive, i) ? value : asFloat(planner, value),
        );
        const empty = lowerEmpty(planner, primitive, operands, attributes, shape);
        return empty ?? rules[primitive]!(operands, attributes, shape);
      };
      return [primitive, rule];
    }),
  ) as Lowerings<Value>;

  const inputs = program.inputs.map(({ shape }, slot): Value => ({ slot, shape, type: 'float32' }));
  const outputs = lower(program, guarded, inputs).map((value) =>
    keptInShape(planner, asFloat(planner, value)),
  );
  const steps = withReleases(unreleased, outputs);
  return { slots, constants: constantsOf(steps, outputs), steps, outputs };
}

/** Operands that may be truth values as comparisons give them, and need not become 0 and 1. */
function takesTruth(primitive: Primitive, operand: number): boolean {
  return primitive === 'where' ? operand === 0 : primitive === 'reshape' || primitive === 'stopGradient';
}

/** Values known when planning that a step or an output reads, one a slot. */
function constantsOf(steps: readonly Step[], outputs: readonly Value[]): readonly Value[] {
  const read = [...steps.flatMap(({ inputs }) => Object.values(inputs)), ...outputs];
  const constants = read.filter(({ data }) => data !== undefined);
  return [...new Map(constants.map((value) => [value.slot, value])).values()];
}

/** Where each result is read for the last time; results that leave are never released. */
function withReleases(steps: readonly Omit<Step, 'release'>[], outputs: readonly Value[]): readonly Step[] {
  const lastRead = new Map<number, number>();
  steps.forEach(({ output, inputs }, i) => {
    lastRead.set(output.slot, i);
    for (const { slot } of Object.values(inputs)) if (lastRead.has(slot)) lastRead.set(slot, i);
  });
  for (const { slot } of outputs) lastRead.delete(slot);
  const released = steps.map((): number[] => []);
  for (const [slot, step] of lastRead) released[step]!.push(slot);
  return steps.map((step, i) => ({ ...step, release: released[i]! }));
}

function checkRank(origin: string, shapes: readonly Shape[]): void {
  const large = shapes.find((shape) => shape.length > largestRank);
  if (large === undefined) return;
  throw new UnsupportedError(
    `tfjs: ${origin} has a shape ${formatShape(large)} of ${large.length} axes, kernels take up to ${largestRank}; ` +
      'use fewer axes, or the backend onnx or wasm',
  );
}
