/** The elementary functions over all float32 arguments, against float64. */
import { trace } from '@ascent-rl/core';
import { instructionSets, wasmBackend } from '../index.ts';
import { errorBounds } from './mathematics.ts';

/** Arguments a round. */
const count = 2 ** 16;
/** Every so many bit patterns, a prime: all exponents, and mantissas of every kind. */
const stride = 2039;

const exact = { exp: Math.exp, log: Math.log, tanh: Math.tanh };
const names = ['exp', 'log', 'tanh'] as const;

/** Distance between neighbouring float32 numbers at x. */
function unitInLastPlace(x: number): number {
  const magnitude = Math.max(Math.abs(x), 2 ** -126);
  return 2 ** (Math.floor(Math.log2(magnitude)) - 23);
}

describe.each(instructionSets)('%s', (instructions) => {
  test.each(names)('%s errs by no more than its bound, over the whole range', async (name) => {
    const backend = await wasmBackend({ instructions });
    const program = trace(({ x }) => ({ y: x[name]() }), { x: [count] });
    const [x, y] = [backend.allocate([count]), backend.allocate([count])];
    const call = (await backend.compile(program)).bind({ x }, { y });
    const patterns = new Int32Array(x.view!.buffer, x.view!.byteOffset, count);
    let worst = 0;
    for (let start = 0; start < 2 ** 32; start += count * stride) {
      for (let i = 0; i < count; i++) patterns[i] = start + i * stride;
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
