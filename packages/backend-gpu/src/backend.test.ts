import { iota, trace, type Backend, type Program } from '@ascent-rl/core';
import { BackendError, ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import { referenceBackend } from '@ascent-rl/core/reference';
import { gpuBackend, type GpuMode } from './index.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await gpuBackend();
});
afterAll(() => backend.close());

test('runs on WebAssembly where there is no GPU to be had, and says so', () => {
  expect(backend.name).toBe('gpu');
  expect(backend.capabilities).toEqual({
    engine: 'gpu.js 2.24.1 webasm',
    device: 'cpu',
    threads: 1,
    synchronous: false,
  });
});

test('refuses a mode that there is not, and one that does not run here', async () => {
  await expect(gpuBackend({ mode: 'gpu' as GpuMode })).rejects.toThrow(
    new ConfigError('gpuBackend: expected a mode of webasm, cpu, headlessgl, webgl2, webgpu, got gpu'),
  );
  await expect(gpuBackend({ mode: 'webgl2' })).rejects.toThrow(
    new BackendError('gpu: mode webgl2 does not run here: it needs a browser with WebGL 2'),
  );
});

test('what it cannot compile is named, and who can', async () => {
  // Beyond what a kernel's float32 indices can divide exactly.
  const program = trace(
    ({ x }) => ({
      y: iota([2 ** 12, 2 ** 12], 0)
        .reshape([2 ** 11, 2 ** 13])
        .add(x),
    }),
    {
      x: [2 ** 13],
    },
  );
  const compiled = backend.compile(program);
  await expect(compiled).rejects.toThrow(UnsupportedError);
  await expect(compiled).rejects.toThrow(
    /webasm cannot run a kernel of .*reshape.*at most 2097152 elements.*wasm and onnx can/,
  );
});

test('places of another backend, and disposed ones, are refused', async () => {
  const program = trace(({ x }) => ({ y: x.exp() }), { x: [2] });
  const executable = await backend.compile(program);
  const [x, y] = [backend.allocate([2]), backend.allocate([2])];
  const foreign = referenceBackend().allocate([2]);
  expect(() => executable.bind({ x: foreign }, { y })).toThrow(BackendError);
  x.dispose();
  expect(() => executable.bind({ x }, { y })).toThrow(BackendError);
  expect(() => x.write([1, 2])).toThrow(BackendError);
});

test('a place beyond all memory is refused with its size', () => {
  expect(() => backend.allocate([2 ** 26, 2 ** 26])).toThrow(BackendError);
  expect(() => backend.allocate([2 ** 26, 2 ** 26])).toThrow(/out of memory: .*MiB/);
});

test('a disposed executable, and one of a closed backend, refuse to run', async () => {
  const own = await gpuBackend();
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

test('indices are exact up to the largest number that divides', async () => {
  // Rows of 3 of a long axis: a quotient off by one would read the neighbour.
  const rows = 2 ** 19;
  const program: Program = trace(({ x }) => ({ y: x.reshape([rows, 3]).sum(1) }), { x: [3 * rows] });
  const [x, y] = [backend.allocate([3 * rows]), backend.allocate([rows])];
  x.write(Float32Array.from({ length: 3 * rows }, (_, i) => Math.floor(i / 3)));
  const executable = await backend.compile(program);
  await executable.bind({ x }, { y }).run();
  expect(y.view!.every((sum, row) => sum === 3 * row)).toBe(true);
  executable.dispose();
});

test.each(['webasm', 'cpu'] as const)('%s: runs leave nothing behind', async (mode) => {
  const own = await gpuBackend({ mode });
  const size = 2 ** 14;
  const program = trace(({ x }) => ({ x: x.mul(0.5).add(1) }), { x: [size] });
  const x = own.allocate([size]);
  const call = (await own.compile(program)).bind({ x }, { x });
  const run = async (times: number) => {
    for (let i = 0; i < times; i++) await call.run();
  };
  await run(300);
  const before = process.memoryUsage().rss;
  // 64 KiB a run, read and stored: kept, they would be 250 MiB.
  await run(2000);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  expect(x.view![0]).toBe(2);
  await own.close();
});
