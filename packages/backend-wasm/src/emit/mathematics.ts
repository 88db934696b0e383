/**
 * exp, log and tanh of four numbers at once. Largest error over all float32 arguments, in units in the last place
 * of the exact result (the tests sample the whole range): see {@link errorBounds}.
 *
 * All three follow the textbook route: reduce the argument, a short polynomial, scale by a power of two through the
 * exponent bits (Muller, Elementary Functions, ch. 11).
 */
import type { Code } from '../assembler/index.ts';
import type { Environment } from './environment.ts';

/** Bounds on the error of the elementary functions, in units in the last place; results may be denormal. */
export const errorBounds = { exp: 2, log: 2, tanh: 7 } as const;

/** ln 2 in two parts: n · high is exact for |n| < 2¹⁰. */
const ln2 = { high: 0.693359375, low: -2.12194440054690581e-4 };

/** Adding 1.5 · 2²³ rounds to a whole number, which then stands in the lowest bits. */
const rounder = 1.5 * 2 ** 23;
const rounderBits = 0x4b400000;
const exponentOfOne = 127;

/** (eʳ − 1 − r) / r² by its Taylor series: the next term is below 2⁻²⁷ for |r| ≤ ln 2 / 2. */
const expSeries = [1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040];

/** Splits x = n ln 2 + r. Gives eʳ − 1, and n as a 32-bit whole number. */
function reducedExp(environment: Environment, x: Code): { evaluate: Code; difference: Code; n: Code } {
  const { multiplyAdd, float } = bound(environment);
  const [setShifted, shifted] = environment.keep(multiplyAdd(x, float(Math.LOG2E), float(rounder)));
  const [setCount, count] = environment.keep([shifted, float(rounder), ['f32x4.sub']]);
  const high = multiplyAdd(count, float(-ln2.high), x);
  const [setRest, rest] = environment.keep(multiplyAdd(count, float(-ln2.low), high));
  const series = environment.polynomial(rest, expSeries);
  const difference = multiplyAdd([series, rest, ['f32x4.mul']], rest, rest);
  return {
    evaluate: [setShifted, setCount, setRest],
    difference,
    n: [shifted, environment.bits(rounderBits), ['i32x4.sub']],
  };
}

/** eˣ; overflows to ∞, underflows through the denormal numbers to 0. `x` is a cheap read. */
export function exp(environment: Environment, x: Code): Code {
  const { float, bits, keep } = bound(environment);
  const [setClamped, clamped] = keep([x, float(-104), ['f32x4.pmax'], float(89), ['f32x4.pmin']]);
  const { evaluate, difference, n } = reducedExp(environment, clamped);
  const [setWhole, whole] = keep(n);
  // 2ⁿ in two factors: n may lie outside the range of exponents.
  const [setHalf, half] = keep([whole, ['i32.const', 1], ['i32x4.shr_s']]);
  const power = (exponent: Code): Code => [
    exponent,
    bits(exponentOfOne),
    ['i32x4.add'],
    ['i32.const', 23],
    ['i32x4.shl'],
  ];
  return [
    setClamped,
    evaluate,
    setWhole,
    setHalf,
    [difference, float(1), ['f32x4.add']],
    [power(half), ['f32x4.mul']],
    [power([whole, half, ['i32x4.sub']]), ['f32x4.mul']],
  ];
}

/** Beyond it the float32 nearest to tanh is 1. */
const tanhLimit = 9;

/**
 * tanh x = x · P(x²) / Q(x²) on [−9, 9]: the rational function of this degree with the least relative error, 2.1e-8,
 * found by Lawson's reweighted least squares.
 */
const tanhNumerator = [0.999999979, 0.133810189, 0.00349558008, 2.06089514e-5, 1.3354486e-8];
const tanhDenominator = [1, 0.467143345, 0.0258769516, 0.00032856217, 7.77648506e-7];

/** tanh x. `x` is a cheap read. */
export function tanh(environment: Environment, x: Code): Code {
  const { float, keep } = bound(environment);
  const [setClamped, clamped] = keep([
    x,
    float(-tanhLimit),
    ['f32x4.pmax'],
    float(tanhLimit),
    ['f32x4.pmin'],
  ]);
  const [setSquare, square] = keep([clamped, clamped, ['f32x4.mul']]);
  return [
    setClamped,
    setSquare,
    [environment.polynomial(square, tanhNumerator), clamped, ['f32x4.mul']],
    [environment.polynomial(square, tanhDenominator), ['f32x4.div']],
    // Rounding must not carry the result beyond 1.
    [float(-1), ['f32x4.pmax'], float(1), ['f32x4.pmin']],
  ];
}

/** (ln(1 + f) − 2s) / s = z · Σ logSeries zⁱ with s = f / (2 + f), z = s²: the series of 2 artanh s. */
const logSeries = [2 / 3, 2 / 5, 2 / 7, 2 / 9];
const smallestNormal = 2 ** -126;
const rootHalfBits = 0x3f3504f3;

/** ln x; −∞ at 0, NaN below. `x` is a cheap read. */
export function log(environment: Environment, x: Code): Code {
  const { multiplyAdd, float, bits, keep } = bound(environment);
  const [setTiny, tiny] = keep([x, float(smallestNormal), ['f32x4.lt']]);
  const scaled: Code = [[x, float(2 ** 25), ['f32x4.mul']], x, tiny, ['v128.bitselect']];
  const [setBits, shifted] = keep([scaled, bits(rootHalfBits), ['i32x4.sub']]);
  const [setExponent, exponent] = keep([shifted, ['i32.const', 23], ['i32x4.shr_s']]);
  // The mantissa in [√½, √2), less 1.
  const mantissa: Code = [
    [shifted, bits(0x007fffff), ['v128.and']],
    bits(rootHalfBits),
    ['i32x4.add'],
    float(1),
    ['f32x4.sub'],
  ];
  const [setFraction, f] = keep(mantissa);
  const correction: Code = [tiny, float(25), ['v128.and']];
  const [setCount, count] = keep([exponent, ['f32x4.convert_i32x4_s'], correction, ['f32x4.sub']]);
  const [setRatio, s] = keep([f, [f, float(2), ['f32x4.add']], ['f32x4.div']]);
  const [setSquare, z] = keep([s, s, ['f32x4.mul']]);
  const [setHalfSquare, half] = keep([f, float(0.5), ['f32x4.mul'], f, ['f32x4.mul']]);
  const series: Code = [environment.polynomial(z, logSeries), z, ['f32x4.mul']];
  // ln(1 + f) = f − (f²/2 − s (f²/2 + R)): the leading term is exact.
  const inner = multiplyAdd(s, [half, series, ['f32x4.add']], [count, float(ln2.low), ['f32x4.mul']]);
  const sum: Code = [[[inner, half, ['f32x4.sub']], f, ['f32x4.add']]];
  const finite = multiplyAdd(count, float(ln2.high), sum);
  const [setResult, result] = keep(finite);
  // x + x keeps ∞ and NaN; the square root of a negative number is NaN.
  const isSpecial: Code = [
    [[x, float(Infinity), ['f32x4.lt']], ['v128.not']],
    [x, float(0), ['f32x4.lt']],
    ['v128.or'],
  ];
  const special: Code = [[x, ['f32x4.sqrt']], result, isSpecial, ['v128.bitselect']];
  const isZero: Code = [x, float(0), ['f32x4.eq']];
  return [
    [setTiny, setBits, setExponent, setFraction, setCount, setRatio, setSquare, setHalfSquare, setResult],
    [float(-Infinity), special, isZero, ['v128.bitselect']],
  ];
}

function bound(environment: Environment) {
  return {
    multiplyAdd: environment.multiplyAdd.bind(environment),
    float: environment.float.bind(environment),
    bits: environment.bits.bind(environment),
    keep: environment.keep.bind(environment),
  };
}
