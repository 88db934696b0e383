/** Statistics over seeds. */
import { generator } from '@ascent-rl/core/random';

/** Mean of at least one number. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard error of the mean, from the unbiased variance; NaN for a single number. */
export function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

/** Mean of the middle half; a quarter that is no whole number counts its outermost values in part. */
export function interquartileMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const quarter = sorted.length / 4;
  const weights = sorted.map((_, i) =>
    Math.max(0, Math.min(i + 1, sorted.length - quarter) - Math.max(i, quarter)),
  );
  return sorted.reduce((sum, value, i) => sum + value * weights[i]!, 0) / (2 * quarter);
}

/** 95 % bootstrap interval of the interquartile mean, from 2,000 samples of a fixed seed. */
export function bootstrapInterval(values: readonly number[]): [low: number, high: number] {
  const random = generator(0);
  const means = Array.from({ length: 2000 }, () =>
    interquartileMean(values.map(() => values[random.integers(0, values.length)]!)),
  ).sort((a, b) => a - b);
  return [means[Math.floor(0.025 * means.length)]!, means[Math.floor(0.975 * means.length)]!];
}
