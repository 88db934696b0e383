/**
 * Where a kernel reads: whole numbers of the form Σ coefficient · variable + constant, with the bounds between which
 * they stay. Reshaping divides such a number by an axis' size; the bounds make most of those divisions disappear.
 */
import { stridesOf, type Shape } from '@ascent-rl/core';

/** A whole number in a kernel: a thread's coordinate, a loop's counter, or one computed before. */
export interface Variable {
  readonly name: string;
  /** The bounds, inclusive. */
  readonly low: number;
  readonly high: number;
  /** True when neighbouring threads may hold different numbers. */
  readonly varying: boolean;
}

/** Σ coefficient · variable + constant, between `low` and `high` inclusive. */
export interface Position {
  readonly terms: ReadonlyMap<Variable, number>;
  readonly constant: number;
  readonly low: number;
  readonly high: number;
}

/** ⌊position / divisor⌋, computed by the kernel. */
export type Divide = (position: Position, divisor: number) => Position;

/** A known number. */
export function fixed(constant: number): Position {
  return { terms: new Map(), constant, low: constant, high: constant };
}

/** The variable itself; a known number where the bounds leave no choice. */
export function positionOf(variable: Variable): Position {
  const { low, high } = variable;
  return low === high ? fixed(low) : { terms: new Map([[variable, 1]]), constant: 0, low, high };
}

/** a + factor · b. */
export function plus(a: Position, b: Position, factor = 1): Position {
  const terms = new Map(a.terms);
  for (const [variable, coefficient] of b.terms) {
    const sum = (terms.get(variable) ?? 0) + factor * coefficient;
    if (sum === 0) terms.delete(variable);
    else terms.set(variable, sum);
  }
  const ends = [factor * b.low, factor * b.high];
  return {
    terms,
    constant: a.constant + factor * b.constant,
    low: a.low + Math.min(...ends),
    high: a.high + Math.max(...ends),
  };
}

/** position + number. */
export function shifted(position: Position, by: number): Position {
  return plus(position, fixed(by));
}

/** The row-major index of an element. */
export function flatten(at: readonly Position[], shape: Shape): Position {
  const strides = stridesOf(shape);
  return at.reduce((sum, position, axis) => plus(sum, position, strides[axis]), fixed(0));
}

/** The coordinates of an element from its row-major index. */
export function unflatten(index: Position, shape: Shape, divide: Divide): Position[] {
  const at = shape.map(() => fixed(0));
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    const quotient = quotientOf(rest, size, divide);
    // The rest of a division is below the divisor, which the terms alone would not tell.
    at[axis] = {
      ...plus(rest, quotient, -size),
      low: Math.max(0, size > rest.high ? rest.low : 0),
      high: Math.min(size - 1, rest.high),
    };
    rest = quotient;
  }
  return at;
}

/** ⌊position / divisor⌋: of the terms that the divisor divides, where the others cannot add up to it. */
function quotientOf(position: Position, divisor: number, divide: Divide): Position {
  if (position.low >= 0 && position.high < divisor) return fixed(0);
  const terms = new Map<Variable, number>();
  let rest = shifted(fixed(0), position.constant % divisor);
  for (const [variable, coefficient] of position.terms) {
    if (coefficient % divisor === 0) terms.set(variable, coefficient / divisor);
    else rest = plus(rest, positionOf(variable), coefficient);
  }
  if (rest.low < 0 || rest.high >= divisor) return divide(position, divisor);
  return {
    terms,
    constant: Math.floor(position.constant / divisor),
    low: Math.floor(position.low / divisor),
    high: Math.floor(position.high / divisor),
  };
}

/**
 * The position as source text, whole numbers throughout. What is equal in neighbouring threads is added up apart, so
 * that an engine that runs several threads at once computes it once.
 */
export function formatPosition({ terms, constant }: Position): string {
  const varying: Part[] = [];
  const common: Part[] = [];
  for (const [{ name, varying: differs }, coefficient] of terms) {
    const size = Math.abs(coefficient);
    (differs ? varying : common).push([coefficient < 0 ? '-' : '+', size === 1 ? name : `${name} * ${size}`]);
  }
  if (constant !== 0) common.push([constant < 0 ? '-' : '+', String(Math.abs(constant))]);
  if (varying.length > 0 && common.length > 1) common.splice(0, Infinity, ['+', `(${formatSum(common)})`]);
  return formatSum([...varying, ...common]);
}

/** A sign and what follows it. */
type Part = readonly [sign: '+' | '-', text: string];

function formatSum(parts: readonly Part[]): string {
  if (parts.length === 0) return '0';
  // A sum begins with a positive part or 0: kernels have no need of unary minus signs.
  const first = parts.findIndex(([sign]) => sign === '+');
  const rest = parts.filter((_, i) => i !== first).map(([sign, text]) => ` ${sign} ${text}`);
  return `${first < 0 ? '0' : parts[first]![1]}${rest.join('')}`;
}
