import { jest } from '@jest/globals';
import { trace } from '@ascent-rl/core';
import { BackendError } from '@ascent-rl/core/errors';
import engine from 'gpu.js';

test('a lost GPU is an error, and the places keep their numbers', async () => {
  const context = { isContextLost: () => lost };
  let lost = false;
  const LosingGpu = new Proxy(engine.GPU, {
    construct: (GPU, [settings]: [object]) => Object.assign(new GPU(settings), { context }),
  });
  jest.unstable_mockModule('gpu.js', () => ({ default: { ...engine, GPU: LosingGpu } }));
  const backend = await (await import('./index.ts')).gpuBackend();
  const x = backend.allocate([2]);
  x.write([1, 2]);
  const program = trace(({ x }) => ({ x: x.mul(2) }), { x: [2] });
  const call = (await backend.compile(program)).bind({ x }, { x });
  await call.run();
  lost = true;
  await expect(call.run()).rejects.toMatchObject({
    name: BackendError.name,
    message: expect.stringMatching(/the GPU was lost.*open another backend/),
  });
  expect(await x.read()).toEqual(Float32Array.of(2, 4));
  await expect(backend.compile(program)).rejects.toMatchObject({ name: BackendError.name });
  await backend.close();
});
