import { jest } from '@jest/globals';
import { constant, conv2d, gradient, outputShapes, trace, type Backend, type Program } from '@ascent-rl/core';
import { BackendError, ConfigError, ShapeError, UnsupportedError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import { wasmBackend } from './index.ts';

test('states its engine', async () => {
  const backend = await wasmBackend();
  expect(backend.name).toBe('wasm');
  expect(backend.capabilities).toEqual({
    engine: 'WebAssembly relaxed-simd',
    device: 'cpu',
    threads: 1,
    synchronous: true,
  });
});

describe('options', () => {
  test.each([0, -1, 1.5, 65, NaN])('refuses %d threads', async (threads) => {
    await expect(wasmBackend({ threads })).rejects.toThrow(ConfigError);
  });

  test.each([0, -1, 4097, NaN])('refuses a limit of %d MiB', async (maximumMemory) => {
    await expect(wasmBackend({ maximumMemory })).rejects.toThrow(ConfigError);
  });

  test.each([0, -1, NaN])('refuses parts of %d µs', async (smallestPart) => {
    await expect(wasmBackend({ threads: 2, smallestPart })).rejects.toThrow(ConfigError);
    await expect(wasmBackend({ smallestPart })).rejects.toThrow(/above 0, got/);
  });

  test('refuses instructions that there are not', async () => {
    const instructions = 'avx' as 'simd';
    await expect(wasmBackend({ instructions })).rejects.toThrow(ConfigError);
    await expect(wasmBackend({ instructions })).rejects.toThrow(/relaxed-simd or simd, got avx/);
  });
});

describe('a platform that lacks something', () => {
  afterEach(() => jest.restoreAllMocks());

  test('vectors: the error names other backends', async () => {
    jest.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    await expect(wasmBackend()).rejects.toThrow(UnsupportedError);
    await expect(wasmBackend()).rejects.toThrow(/no SIMD instructions; .*another backend/);
    await expect(wasmBackend({ instructions: 'relaxed-simd' })).rejects.toThrow(/leave the choice/);
  });

  test('threads: the error says how a page gets them', async () => {
    jest.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    await expect(wasmBackend({ instructions: 'simd', threads: 2 })).rejects.toThrow(UnsupportedError);
    await expect(wasmBackend({ instructions: 'simd', threads: 2 })).rejects.toThrow(/Cross-Origin-Opener/);
  });
});

test('a program too large for the memory says how large, and what to do', async () => {
  const backend = await wasmBackend({ maximumMemory: 1 });
  const program = trace(({ x }) => ({ y: x.matmul(x).matmul(x) }), { x: [600, 600] });
  await expect(backend.compile(program)).rejects.toThrow(BackendError);
  await expect(backend.compile(program)).rejects.toThrow(/limit is 1.0 MiB; use smaller batches/);
  expect(() => backend.allocate([1000, 1000])).toThrow(/a place of shape \[1000, 1000\] needs 3\.8 MiB/);
  expect(backend.allocate([10]).size).toBe(10);
});

test('arrays of a wrong size are refused', async () => {
  const backend = await wasmBackend();
  const x = backend.allocate([3]);
  expect(() => x.write([1, 2])).toThrow(ShapeError);
  await expect(x.read(new Float32Array(4))).rejects.toThrow(ShapeError);
  const program = trace(({ x }) => ({ y: x.exp() }), { x: [4] });
  const executable = await backend.compile(program);
  expect(() => executable.bind({ x }, { y: backend.allocate([4]) })).toThrow(ShapeError);
});

test('a call whose place is disposed is refused, and leaves alone what lies there now', async () => {
  const backend = await wasmBackend();
  const executable = await backend.compile(trace(({ x }) => ({ y: x.add(1) }), { x: [4] }));
  const [x, y, unrelated] = [backend.allocate([4]), backend.allocate([4]), backend.allocate([4])];
  const call = executable.bind({ x }, { y });
  unrelated.dispose();
  await call.run();
  y.dispose();
  const other = backend.allocate([4]);
  other.write([9, 9, 9, 9]);
  for (let attempt = 0; attempt < 2; attempt++) expect(() => call.run()).toThrow(BackendError);
  expect(() => y.view).toThrow(/the place of shape \[4\] is disposed/);
  expect(await other.read()).toEqual(Float32Array.of(9, 9, 9, 9));
  await backend.close();
});

test.each([1, 2])(
  'an index outside its table stops a run with %d threads, and the next one works',
  async (threads) => {
    const backend = await wasmBackend({ threads, smallestPart: 1e-9 });
    const program = trace(({ index, x }) => ({ y: constant([1, 2, 3]).gather(index).add(x.exp()) }), {
      index: [1],
      x: [64],
    });
    const [index, x, y] = [backend.allocate([1]), backend.allocate([64]), backend.allocate([64])];
    const call = (await backend.compile(program)).bind({ index, x }, { y });
    for (const wrong of [3, -1, 0.5, NaN]) {
      index.write([wrong]);
      expect(() => call.run()).toThrow(BackendError);
    }
    index.write([2]);
    await call.run();
    expect((await y.read())[63]).toBe(4);
    await backend.close();
  },
);

/**
 * A training step of a network with a convolution and wide layers, and of another one: whatever threads may divide or do
 * side by side.
 */
const step = trace(
  ({ image, target, filter, wide, narrow, first, second }) => {
    const seen = conv2d(image, filter, { stride: [2, 2], padding: [1, 1, 1, 1] }).tanh();
    const hidden = seen.reshape([64, 200]).matmul(wide).tanh();
    const other = image.reshape([64, 162]).matmul(first).tanh().matmul(second).tanh();
    const loss = hidden.matmul(narrow).sub(target).square().mean().add(other.square().mean());
    const gradients = gradient(loss, { filter, wide, narrow, first, second });
    return {
      filter: filter.sub(gradients.filter),
      wide: wide.sub(gradients.wide),
      narrow: narrow.sub(gradients.narrow),
      first: first.sub(gradients.first),
      second: second.sub(gradients.second),
    };
  },
  {
    image: [64, 2, 9, 9],
    target: [64, 3],
    filter: [8, 2, 3, 3],
    wide: [200, 256],
    narrow: [256, 3],
    first: [162, 64],
    second: [64, 64],
  },
);

async function run(backend: Backend, program: Program, times: number): Promise<Float32Array[]> {
  const random = generator(1);
  const inputs = Object.fromEntries(
    program.inputs.map(({ name, shape }) => {
      const place = backend.allocate(shape);
      place.write(Float32Array.from({ length: place.size }, () => 0.1 * random.standardNormal()));
      return [name, place];
    }),
  );
  const donate = Object.fromEntries(program.outputs.map(({ name }) => [name, name]));
  const outputs = Object.fromEntries(program.outputs.map(({ name }) => [name, inputs[name]!]));
  const call = (await backend.compile(program, { donate })).bind(inputs, outputs);
  for (let i = 0; i < times; i++) await call.run();
  return Promise.all(Object.values(outputs).map((place) => place.read()));
}

test('any number of threads gives the same bits', async () => {
  const results = [];
  for (const options of [{}, { threads: 2 }, { threads: 3, smallestPart: 1e-9 }]) {
    const backend = await wasmBackend(options);
    results.push(await run(backend, step, 50));
    await backend.close();
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test.each([
  [64, false],
  [256, true],
])('a layer of %i is divided between two threads: %s', async (width, isDivided) => {
  const backend = await wasmBackend({ threads: 2 });
  // By estimate 0.05 ns a product: 13 µs for 64³, less than the 200 µs of a program that is divided; 840 µs for 256³.
  const program = trace(({ x, w }) => ({ y: x.matmul(w).tanh() }), { x: [width, width], w: [width, width] });
  const [x, w, y] = [1, 2, 3].map(() => backend.allocate([width, width]));
  const code = (await backend.compile(program)).dump({ x: x!, w: w! }, { y: y! });
  expect(/\$work/.test(code)).toBe(isDivided);
  await backend.close();
});

test('memory stays as large as it is over many runs, and over programs that come and go', async () => {
  const backend = await wasmBackend();
  const program = trace(({ x }) => ({ x: x.mul(0.5).add(x.matmul(x).tanh()) }), { x: [8, 8] });
  const x = backend.allocate([8, 8]);
  const size = () => x.view!.buffer.byteLength;
  const before = size();
  for (let i = 0; i < 50; i++) {
    const executable = await backend.compile(program, { donate: { x: 'x' } });
    const call = executable.bind({ x }, { x });
    for (let j = 0; j < 2000; j++) await call.run();
    backend.allocate([100, 100]).dispose();
    executable.dispose();
  }
  expect(size()).toBe(before);
});

test('the code can be read, and is small', async () => {
  const backend = await wasmBackend();
  const executable = await backend.compile(step);
  const places = (shapes: Record<string, readonly number[]>) =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, backend.allocate(shape)]));
  const inputs = places(Object.fromEntries(step.inputs.map(({ name, shape }) => [name, shape])));
  const outputs = places(outputShapes(step));
  expect(executable.dump(inputs, outputs)).toMatch(/func \d+ \$\d+_matmul_1x64x256.*f32x4\.relaxed_madd/s);
  expect(executable.moduleSize(inputs, outputs)).toBeLessThan(100_000);
});
