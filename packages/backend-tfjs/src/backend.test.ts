import { constant, gradient, relu, scatterAdd, trace, type Backend, type Program } from '@ascent-rl/core';
import { BackendError, UnsupportedError } from '@ascent-rl/core/errors';
import { interpret } from '@ascent-rl/core/reference';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend } from './index.ts';

describe.each(['wasm', 'cpu'] as const)('%s', (engine) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await tfjsBackend({ engine });
  });
  afterAll(() => backend.close());

  test('states its engine', () => {
    expect(backend.name).toBe('tfjs');
    expect(backend.capabilities).toEqual({
      engine: `tfjs-backend-${engine} 4.22.0`,
      device: 'cpu',
      threads: 1,
      synchronous: true,
    });
  });

  test('a run that fails is named with its primitive, leaves nothing behind, and the next one works', async () => {
    const program = trace(({ x, index }) => ({ y: x.exp().gather(index) }), { x: [3], index: [1] });
    const [x, index, y] = [backend.allocate([3]), backend.allocate([1]), backend.allocate([1])];
    const call = (await backend.compile(program)).bind({ x, index }, { y });
    const before = memory(engine);
    index.write([7]);
    expect(() => call.run()).toThrow(BackendError);
    expect(() => call.run()).toThrow(/gather_1/);
    index.write([2]);
    await call.run();
    expect(await y.read()).toEqual(Float32Array.of(1));
    expect(memory(engine)).toEqual(before);
  });

  test.each([-7, 3, 40])(
    'an update of row %d of three is refused, and changes no other place',
    async (row) => {
      const program = trace(({ x, index }) => ({ y: scatterAdd(index, x, 3) }), { x: [1, 64], index: [1] });
      const [x, index, y] = [backend.allocate([1, 64]), backend.allocate([1]), backend.allocate([3, 64])];
      const others = Array.from({ length: 40 }, () => backend.allocate([64]));
      x.write(new Float32Array(64).fill(1));
      index.write([row]);
      const call = (await backend.compile(program)).bind({ x, index }, { y });
      expect(() => call.run()).toThrow(BackendError);
      for (const other of others) expect(await other.read()).toEqual(new Float32Array(64));
      index.write([2]);
      await call.run();
      expect((await y.read()).subarray(128)).toEqual(await x.read());
    },
  );

  test('a place beyond all memory is refused with its size', () => {
    expect(() => backend.allocate([2 ** 26, 2 ** 26])).toThrow(BackendError);
    expect(() => backend.allocate([2 ** 26, 2 ** 26])).toThrow(/out of memory: .*MiB/);
  });

  test('a disposed executable, and one of a closed backend, refuse to run', async () => {
    const own = await tfjsBackend({ engine });
    const program = trace(({ x }) => ({ y: x.exp() }), { x: [2] });
    const [x, y] = [own.allocate([2]), own.allocate([2])];
    const executables = [await own.compile(program), await own.compile(program)];
    const calls = executables.map((executable) => executable.bind({ x }, { y }));
    executables[0]!.dispose();
    executables[0]!.dispose();
    expect(() => calls[0]!.run()).toThrow(BackendError);
    await calls[1]!.run();
    await own.close();
    expect(() => calls[1]!.run()).toThrow(BackendError);
    expect(() => x.write([1, 2])).toThrow(BackendError);
  });

  test('places, programs and runs leave nothing behind', async () => {
    const program = trace(
      ({ w, x }) => {
        const loss = x.matmul(w).tanh().square().mean();
        return { w: w.sub(gradient(loss, w)), loss, same: x, half: constant(0.5) };
      },
      { w: [3, 3], x: [4, 3] },
    );
    const before = memory(engine);
    const places = Object.fromEntries(
      Object.entries({ w: [3, 3], x: [4, 3], loss: [], same: [4, 3], half: [] }).map(([name, shape]) => [
        name,
        backend.allocate(shape),
      ]),
    );
    const executable = await backend.compile(program);
    const call = executable.bind(places, places);
    for (let i = 0; i < 3; i++) await call.run();
    const running = memory(engine);
    for (let i = 0; i < 100; i++) await call.run();
    expect(memory(engine)).toEqual(running);
    executable.dispose();
    for (const place of Object.values(places)) place.dispose();
    expect(memory(engine)).toEqual(before);
  });

  /** Large tensors take other kernels than small ones. NaN comes with either sign: x86 makes it negative. */
  test('large tensors follow the reference, NaN and infinities too', async () => {
    const size = 2048;
    const program = trace(
      ({ x, y }) => ({
        relu: relu(x),
        slope: gradient(relu(x).sum(), x),
        tanh: x.tanh(),
        less: x.less(y),
        max: x.max(y),
        min: x.min(y),
      }),
      { x: [size], y: [size] },
    );
    const special = [NaN, Infinity, -Infinity, 0, -0, 1e-20, -1e-20, 3e38, -3e38];
    const numbers = Float32Array.from({ length: size }, (_, i) =>
      i % 5 === 0 ? special[i % 9]! : Math.sin(i) * 3,
    );
    const [x, y] = [backend.allocate([size]), backend.allocate([size])];
    const inputs = { x: numbers, y: numbers.toReversed() };
    new Uint32Array(inputs.x.buffer)[5] = 0xffc00000;
    x.write(inputs.x);
    y.write(inputs.y);
    const expected = interpret(program, inputs, 'float32');
    const outputs = Object.fromEntries(Object.keys(expected).map((name) => [name, backend.allocate([size])]));
    await (await backend.compile(program)).bind({ x, y }, outputs).run();
    for (const [name, place] of Object.entries(outputs)) {
      const wrong = (await place.read()).findIndex((got, i) => {
        const wanted = expected[name]![i]!;
        const same = Object.is(got, wanted) || got === wanted;
        return !same && !(Math.abs(got - wanted) <= 2e-7 * Math.abs(wanted) + 2 ** -126);
      });
      expect([name, wrong]).toEqual([name, -1]);
    }
  });
});

test('data that are the right operand of products in two shapes are right in both', async () => {
  // The wasm engine would take the second for the first, and write beyond its memory.
  const backend = await tfjsBackend({ engine: 'wasm' });
  const program = trace(
    ({ x, w }) => ({
      wide: x.slice(1, 0, 2).matmul(w.reshape([2, 6])),
      tall: x.matmul(w.reshape([3, 4])),
      plain: x.slice(1, 0, 1).matmul(w),
    }),
    { x: [2, 3], w: [1, 12] },
  );
  const shapes = { x: [2, 3], w: [1, 12], wide: [2, 6], tall: [2, 4], plain: [2, 12] };
  const places = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, backend.allocate(shape)]),
  );
  const inputs = { x: [1, 2, 3, 4, 5, 6], w: Array.from({ length: 12 }, (_, i) => i) };
  places['x']!.write(inputs.x);
  places['w']!.write(inputs.w);
  const call = (await backend.compile(program)).bind(places, places);
  const expected = interpret(program, inputs, 'float32');
  for (let run = 0; run < 2; run++) {
    await call.run();
    for (const name of ['wide', 'tall', 'plain']) expect(await places[name]!.read()).toEqual(expected[name]);
  }
  await backend.close();
});

test('more axes than kernels take are refused with the primitive and a way out', async () => {
  const backend = await tfjsBackend({ engine: 'cpu' });
  const program: Program = trace(({ x }) => ({ y: x.exp().sum(6) }), { x: [1, 1, 1, 1, 1, 1, 2] });
  await expect(backend.compile(program)).rejects.toThrow(UnsupportedError);
  await expect(backend.compile(program)).rejects.toThrow(/exp_0 .*7 axes.* onnx or wasm/);
});

/** Everything TensorFlow.js and its engine keep count of. */
function memory(engine: string): object {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return { numTensors, numDataBuffers, numBytes, dataIds: tf.engine().findBackend(engine).numDataIds() };
}
