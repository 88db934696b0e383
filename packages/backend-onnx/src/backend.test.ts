import { constant, trace, type Backend, type Program } from '@ascent-rl/core';
import { BackendError, ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import { onnxBackend, type OnnxEngine } from './index.ts';

test('runs natively where it can', async () => {
  const backend = await onnxBackend();
  expect(backend.capabilities.engine).toBe('onnxruntime-node 1.30.0');
  await backend.close();
});

test('refuses an engine that there is not, and one that does not run here', async () => {
  await expect(onnxBackend({ engine: 'cuda' as OnnxEngine })).rejects.toThrow(
    new ConfigError('onnxBackend: expected an engine of node, web, webgpu, got cuda'),
  );
  const opened = onnxBackend({ engine: 'webgpu' });
  await expect(opened).rejects.toThrow(BackendError);
  await expect(opened).rejects.toThrow(/it needs a browser with WebGPU/);
});

test.each([0, -1, 1.5, NaN])('refuses %d threads', async (threads) => {
  await expect(onnxBackend({ threads })).rejects.toThrow(ConfigError);
});

test('more threads give the same bits', async () => {
  const program = trace(({ x }) => ({ y: x.matmul(x).tanh().sum(0) }), { x: [96, 96] });
  const numbers = Array.from({ length: 96 * 96 }, (_, i) => Math.sin(i));
  const results = [1, 2].map(async (threads) => {
    const own = await onnxBackend({ threads });
    const [x, y] = [own.allocate([96, 96]), own.allocate([96])];
    x.write(numbers);
    await (await own.compile(program)).bind({ x }, { y }).run();
    const result = await y.read();
    await own.close();
    return result;
  });
  expect(await results[1]).toEqual(await results[0]);
});

describe.each([
  ['node', 'onnxruntime-node 1.30.0'],
  ['web', 'onnxruntime-web 1.30.0 wasm'],
] as const)('%s', (engine, version) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await onnxBackend({ engine, threads: 1 });
  });
  afterAll(() => backend.close());

  test('states its engine', () => {
    expect(backend.name).toBe('onnx');
    expect(backend.capabilities).toEqual({
      engine: version,
      device: 'cpu',
      threads: 1,
      synchronous: false,
    });
  });

  test('a program that the engine refuses is named with its primitive', async () => {
    const good = trace(({ x, w }) => ({ y: x.exp().matmul(w) }), { x: [2, 3], w: [3, 4] });
    const wrong: Program = {
      ...good,
      inputs: [
        { name: 'x', shape: [2, 3] },
        { name: 'w', shape: [5, 4] },
      ],
    };
    await expect(backend.compile(wrong)).rejects.toThrow(UnsupportedError);
    await expect(backend.compile(wrong)).rejects.toThrow(/matmul_1/);
  });

  test('a run that fails is named with its primitive, and the next one works', async () => {
    const program = trace(({ index }) => ({ y: constant([1, 2, 3]).gather(index) }), { index: [1] });
    const [index, y] = [backend.allocate([1]), backend.allocate([1])];
    const executable = await backend.compile(program);
    const call = executable.bind({ index }, { y });
    index.write([7]);
    const failed = call.run();
    await expect(failed).rejects.toThrow(BackendError);
    await expect(failed).rejects.toThrow(/gather_1/);
    index.write([2]);
    await call.run();
    expect(await y.read()).toEqual(Float32Array.of(3));
    executable.dispose();
  });

  test('a place beyond all memory is refused with its size', () => {
    expect(() => backend.allocate([2 ** 26, 2 ** 26])).toThrow(BackendError);
    expect(() => backend.allocate([2 ** 26, 2 ** 26])).toThrow(/out of memory: .*MiB/);
  });

  test('a disposed executable, and one of a closed backend, refuse to run', async () => {
    const own = await onnxBackend({ engine });
    const program = trace(({ x }) => ({ y: x.exp() }), { x: [2] });
    const [x, y] = [own.allocate([2]), own.allocate([2])];
    const executables = [await own.compile(program), await own.compile(program)];
    const calls = executables.map((executable) => executable.bind({ x }, { y }));
    executables[0]!.dispose();
    executables[0]!.dispose();
    await expect(calls[0]!.run()).rejects.toThrow(BackendError);
    await calls[1]!.run();
    await own.close();
    await expect(calls[1]!.run()).rejects.toThrow(BackendError);
    expect(() => x.write([1, 2])).toThrow(BackendError);
  });

  test('runs leave nothing behind', async () => {
    const size = 2 ** 18; // 1 MiB
    const program = trace(({ x }) => ({ x: x.mul(0.5).add(1) }), { x: [size] });
    const x = backend.allocate([size]);
    const call = (await backend.compile(program)).bind({ x }, { x });
    const run = async (times: number) => {
      for (let i = 0; i < times; i++) await call.run();
    };
    await run(100);
    const before = process.memoryUsage().rss;
    await run(500);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
    expect(x.view![0]).toBe(2);
  });
});
