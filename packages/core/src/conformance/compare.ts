/** Comparing numbers by the tolerance rule of `case.ts`, and saying where they differ. */
import { AscentError } from '../errors.ts';
import type { Shape } from '../tensor/shape.ts';
import type { ConformanceCase } from './case.ts';

/** A backend that does not do what the suite asks. */
export class ConformanceError extends AscentError {}

const smallestNormal = 2 ** -126;

/** Throws ConformanceError unless each number obeys the tolerance rule; names the worst. */
export function checkNumbers(
  where: string,
  expected: ArrayLike<number>,
  got: ArrayLike<number>,
  {
    scale,
    tolerance,
    shape,
  }: { readonly scale: ConformanceCase['scale']; readonly tolerance: number; readonly shape: Shape },
): void {
  const rounded = Float32Array.from(expected);
  if (got.length !== rounded.length) {
    throw new ConformanceError(`${where}: expected ${rounded.length} numbers, got ${got.length}`);
  }
  const terms = scale === undefined ? Math.max(1, largestMagnitude(rounded)) : scale;
  const allowed = (e: number) =>
    smallestNormal + (terms === 'exact' ? 0 : tolerance * Math.max(Math.abs(e), terms));
  /** Error in units of what is allowed; infinite where a NaN or an infinity is missing or should not be. */
  const badness = (e: number, r: number) => {
    if (e === r || (Number.isNaN(e) && Number.isNaN(r))) return 0;
    return Number.isFinite(e) && Number.isFinite(r) ? Math.abs(r - e) / allowed(e) : Infinity;
  };
  const measured = Array.from(rounded, (e, i) => badness(e, got[i]!));
  const wrong = measured.filter((error) => error > 1).length;
  if (wrong === 0) return;
  const worst = measured.indexOf(Math.max(...measured));
  const [e, r] = [rounded[worst]!, got[worst]!];
  throw new ConformanceError(
    `${where}${position(worst, shape)}: expected ${e}, got ${r}, an error of ${Math.abs(r - e)} where ` +
      `${Number.isFinite(e) ? allowed(e) : 0} is allowed; ${wrong} of ${rounded.length} numbers differ`,
  );
}

/** Throws ConformanceError unless the numbers are identical, the sign of zero included. */
export function checkSame(
  where: string,
  expected: ArrayLike<number>,
  got: ArrayLike<number>,
  shape: Shape,
): void {
  const index = Array.from(expected).findIndex((x, i) => !Object.is(x, got[i]));
  if (index >= 0) {
    throw new ConformanceError(
      `${where}${position(index, shape)}: expected ${expected[index]}, got ${got[index]}`,
    );
  }
}

function largestMagnitude(numbers: Float32Array): number {
  return numbers.reduce((largest, x) => (Number.isFinite(x) ? Math.max(largest, Math.abs(x)) : largest), 0);
}

/** An element's position, as `[1, 0]`. */
function position(index: number, shape: Shape): string {
  const positions: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    positions.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${positions.join(', ')}]`;
}
