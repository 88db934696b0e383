/** Elementwise primitives as expressions of a kernel's language, a small part of JavaScript. */
import type { Binary, Unary } from '@ascent-rl/core';

/** The elementwise primitives. */
export type Elementwise = Unary | Binary | 'where';

/** Gives a name to an expression that is needed more than once. */
export type Declare = (expression: string) => string;

type Spelling = (declare: Declare, ...operands: readonly [string, string, string]) => string;

/** An expression of each elementwise primitive over the names of its operands. */
export type Spellings = { readonly [P in Elementwise]: Spelling };

/**
 * The spellings for an engine.
 *
 * @param floats - `ieee` where the engine's own functions are right for NaN, infinity and zero, `shader` where they
 * need not be.
 */
export function spellings(floats: 'ieee' | 'shader'): Spellings {
  return floats === 'ieee' ? common : { ...common, ...careful };
}

const operator =
  (sign: string): Spelling =>
  (_, a, b) =>
    `${a} ${sign} ${b}`;
const call =
  (name: string): Spelling =>
  (_, a) =>
    `Math.${name}(${a})`;

const common: Spellings = {
  neg: (_, a) => `-${a}`,
  exp: call('exp'),
  log: call('log'),
  sqrt: call('sqrt'),
  abs: call('abs'),
  tanh: (declare, x) => {
    const square = declare(`${x} * ${x}`);
    const quotient = declare(
      `${x} * ${polynomial(tanhNumerator, square)} / ${polynomial(tanhDenominator, square)}`,
    );
    return `${x} > ${tanhEnd} ? 1 : (${x} < -${tanhEnd} ? -1 : ${quotient})`;
  },
  add: operator('+'),
  sub: operator('-'),
  mul: operator('*'),
  div: operator('/'),
  less: (_, a, b) => `${a} < ${b} ? 1 : 0`,
  equal: (_, a, b) => `${a} === ${b} ? 1 : 0`,
  max: (_, a, b) => `Math.max(${a}, ${b})`,
  min: (_, a, b) => `Math.min(${a}, ${b})`,
  where: (_, condition, a, b) => `${condition} === 0 ? ${b} : ${a}`,
};

/** A number that is neither of two that are ordered is NaN: the comparisons hold where shaders' functions do not. */
const careful: Pick<Spellings, 'exp' | 'log' | 'max' | 'min'> = {
  exp(declare, x) {
    const result = declare(`Math.exp(${x})`);
    return `${x} > 0 ? ${result} : (${x} <= 0 ? ${result} : ${x})`;
  },
  log(declare, x) {
    // Shading languages bound the error near 1 in absolute terms only: there, 2 artanh((x − 1) / (x + 1)) as a series.
    const ratio = declare(`(${x} - 1) / (${x} + 1)`);
    const series = declare(`2 * ${ratio} * ${polynomial(artanhSeries, `(${ratio} * ${ratio})`)}`);
    const plain = declare(`Math.log(${x})`);
    const result = declare(`${x} > 0.75 && ${x} < 1.3 ? ${series} : ${plain}`);
    const atZero = declare(`-1 / Math.abs(${x})`);
    return (
      `${x} > ${largest} ? ${x} : (${x} > 0 ? ${result} : ` +
      `(${x} < 0 ? Math.sqrt(${x}) : (${x} === 0 ? ${atZero} : ${x})))`
    );
  },
  max: (_, a, b) => `${a} > ${b} ? ${a} : (${a} <= ${b} ? ${b} : ${a} + ${b})`,
  min: (_, a, b) => `${a} < ${b} ? ${a} : (${a} >= ${b} ? ${b} : ${a} + ${b})`,
};

/** artanh y / y in powers of y². */
const artanhSeries = [1, 1 / 3, 1 / 5, 1 / 7, 1 / 9];

/** Beyond this is infinity only, give or take what the last digits of float32 are. */
const largest = 3.4e38;

/** Beyond this, tanh is 1 to float32. */
const tanhEnd = 9;

/**
 * Lambert's continued fraction, tanh x = x / (1 + x² / (3 + x² / (5 + …))), up to 23, as a quotient of polynomials of
 * x². All coefficients are positive, so nothing cancels: the error is below 6e-7 of the result everywhere. Engines'
 * own tanh is a call out of WebAssembly, and NaN for large numbers on some GPUs.
 */
const [tanhNumerator, tanhDenominator] = lambert(11);

/** Coefficients of x² ascending, both divided by the denominator's first. */
function lambert(depth: number): [numerator: number[], denominator: number[]] {
  // The tail of the fraction is top / bottom; a step outwards is (2k + 1) + x² · bottom / top.
  let [top, bottom] = [[2 * depth + 1], [1]];
  for (let k = depth - 1; k >= 0; k--) {
    const length = Math.max(top.length, bottom.length + 1);
    const next = Array.from({ length }, (_, i) => (2 * k + 1) * (top[i] ?? 0) + (bottom[i - 1] ?? 0));
    [top, bottom] = [next, top];
  }
  return [bottom, top].map((polynomial) => polynomial.map((coefficient) => coefficient / top[0]!)) as [
    number[],
    number[],
  ];
}

/** Horner's scheme. */
function polynomial(coefficients: readonly number[], x: string): string {
  return coefficients.reduceRight<string>(
    (sum, coefficient) => (sum === '' ? `${coefficient}` : `(${sum} * ${x} + ${coefficient})`),
    '',
  );
}
