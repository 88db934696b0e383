/** Products of every size that the kernels treat differently, against sums in float64. */
import { trace } from '@ascent-rl/core';
import { wasmBackend } from '../../index.ts';

/** Sizes: every remainder of the tiles, sums in blocks, and operands that are packed. */
const sizes = [
  [1, 1, 1],
  [4, 64, 2],
  [1, 64, 64],
  [5, 3, 7],
  [64, 1024, 64],
  [70, 300, 11],
  [256, 256, 256],
  [150, 530, 275],
  [9, 600, 130],
] as const;
const transposes = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

test.each(sizes)('[%i, %i] × [%i] in all orientations', async (m, k, n) => {
  const backend = await wasmBackend();
  const numbers = (count: number, seed: number) =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 0.7 * i));
  const [left, right] = [numbers(m * k, 1), numbers(k * n, 2)];
  for (const [transposeLeft, transposeRight] of transposes) {
    const shapes = { a: transposeLeft ? [k, m] : [m, k], b: transposeRight ? [n, k] : [k, n] };
    const program = trace(({ a, b }) => ({ c: a.matmul(b, { transposeLeft, transposeRight }) }), shapes);
    const [a, b, c] = [shapes.a, shapes.b, [m, n]].map((shape) => backend.allocate(shape));
    a!.write(left);
    b!.write(right);
    const executable = await backend.compile(program);
    await executable.bind({ a: a!, b: b! }, { c: c! }).run();
    const product = await c!.read();
    let worst = 0;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) {
          sum +=
            left[transposeLeft ? p * m + i : i * k + p]! * right[transposeRight ? j * k + p : p * n + j]!;
        }
        worst = Math.max(worst, Math.abs(sum - product[i * n + j]!));
      }
    }
    // k roundings of partial sums, which are no larger than √k in a random walk, half a unit in the last place each.
    expect(worst).toBeLessThan(2 ** -24 * (k + 1) * Math.sqrt(k));
  }
  await backend.close();
});

test.each([
  [100, 64, 64, true], // no even number of tiles of rows, but of panels of columns
  [20, 600, 256, true], // as above, in blocks
  [32, 300, 203, true], // columns that fill no panel
  [16, 300, 201, false], // as above; with half of the rows it would go by other blocks
])('[%i, %i] × [%i] has the same bits on any number of threads', async (m, k, n, divisible) => {
  const results = [];
  for (const threads of [1, 2, 3]) {
    const backend = await wasmBackend({ threads, smallestPart: 1e-9 });
    const program = trace(({ a, b }) => ({ c: a.matmul(b) }), { a: [m, k], b: [k, n] });
    const [a, b, c] = [backend.allocate([m, k]), backend.allocate([k, n]), backend.allocate([m, n])];
    for (const place of [a, b])
      place.write(Float32Array.from({ length: place.size }, (_, i) => Math.sin(0.7 * i)));
    const executable = await backend.compile(program);
    await executable.bind({ a, b }, { c }).run();
    results.push({ isDivided: executable.dump({ a, b }, { c }).includes('$work'), bits: await c.read() });
    await backend.close();
  }
  const [one, ...several] = results;
  for (const { isDivided, bits } of several) {
    expect(isDivided).toBe(divisible);
    expect(bits).toEqual(one!.bits);
  }
});
