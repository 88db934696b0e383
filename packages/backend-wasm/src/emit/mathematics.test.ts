/** The elementary functions over all float32 arguments, against float64. */
import { trace } from '@ascent-rl/core';
import { instructionSets, wasmBackend } from '../index.ts';
import { errorBounds } from './mathematics.ts';

/** Arguments a round. */
const count = 2 ** 16;

const exact = { exp: Math.exp, log: Math.log, tanh: Math.tanh };

const bitsOf = (x: number): number => new Int32Array(Float32Array.of(x).buffer)[0]!;
/** Every so many bit patterns, a prime: all exponents, and mantissas of every kind. */
const everywhere = { first: 0, end: 2 ** 32, stride: 2039 };
const walks = [
  ['exp', 'over the whole range', everywhere],
  ['log', 'over the whole range', everywhere],
  ['tanh', 'over the whole range', everywhere],
  ['tanh', 'from 2 to 8', { first: bitsOf(2), end: bitsOf(8), stride: 101 }],
  ['tanh', 'from 8 to 9.2, where it is largest', { first: bitsOf(8), end: bitsOf(9.2), stride: 3 }],
] as const;

/** Distance between neighbouring float32 numbers at x. */
function unitInLastPlace(x: number): number {
  const magnitude = Math.max(Math.abs(x), 2 ** -126);
  return 2 ** (Math.floor(Math.log2(magnitude)) - 23);
}

describe.each(instructionSets)('%s', (instructions) => {
  test.each(walks)('the error of %s is within its bound, %s', async (name, _, walk) => {
    const backend = await wasmBackend({ instructions });
    const program = trace(({ x }) => ({ y: x[name]() }), { x: [count] });
    const [x, y] = [backend.allocate([count]), backend.allocate([count])];
    const call = (await backend.compile(program)).bind({ x }, { y });
    const patterns = new Int32Array(x.view!.buffer, x.view!.byteOffset, count);
    let worst = 0;
    for (let start = walk.first; start < walk.end; start += count * walk.stride) {
      for (let i = 0; i < count; i++) patterns[i] = start + i * walk.stride;
      await call.run();
      const [from, to] = [x.view!, y.view!];
      for (let i = 0; i < count; i++) {
        const expected = exact[name](from[i]!);
        const rounded = Math.fround(expected);
        const got = to[i]!;
        if (Object.is(got, rounded) || got === rounded) continue;
        if (!Number.isFinite(rounded) || !Number.isFinite(got)) {
          throw new Error(`${name}(${from[i]}): expected ${rounded}, got ${got}`);
        }
        worst = Math.max(worst, Math.abs(got - expected) / unitInLastPlace(expected));
        if (name === 'tanh' && Math.abs(got) > 1) throw new Error(`tanh(${from[i]}) = ${got} lies beyond 1`);
      }
    }
    expect(worst).toBeLessThanOrEqual(errorBounds[name]);
    await backend.close();
  });
});
