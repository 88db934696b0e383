/** Which engine is chosen, with a stand-in for tfjs-node, whose native library cannot be installed everywhere. */
import { jest } from '@jest/globals';
import { trace } from '@ascent-rl/core';
import { BackendError } from '@ascent-rl/core/errors';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend } from './index.ts';

const standIn = { isInstalled: false, version: { 'tfjs-core': '4.22.0' } };

/** An engine `tensorflow` that computes as the cpu engine does, and returns tensors as the real one. */
jest.unstable_mockModule(
  '@tensorflow/tfjs-node',
  () => {
    if (!standIn.isInstalled) throw new Error("Cannot find package '@tensorflow/tfjs-node'");
    tf.registerBackend('tensorflow', () => new MathBackendCPU(), 3);
    for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
      tf.registerKernel({
        kernelName,
        backendName: 'tensorflow',
        kernelFunc(parameters) {
          const { dataId, shape, dtype } = kernelFunc(parameters) as tf.TensorInfo;
          return tf.engine().makeTensorFromDataId(dataId, shape, dtype, parameters.backend as MathBackendCPU);
        },
      });
    }
    return { version: standIn.version };
  },
  { virtual: true },
);

test('an engine that is not installed is an error that says what to install', async () => {
  for (const [engine, module] of [
    ['webgpu', 'tfjs-backend-webgpu'],
    ['tensorflow', 'tfjs-node'],
  ] as const) {
    const opened = tfjsBackend({ engine });
    await expect(opened).rejects.toThrow(BackendError);
    await expect(opened).rejects.toThrow(`npm install @tensorflow/${module}@4.22.0`);
  }
});

test('TensorFlow.js itself goes on with the engine it had', async () => {
  await tf.setBackend('cpu');
  await tfjsBackend({ engine: 'wasm' });
  expect(tf.getBackend()).toBe('cpu');
});

test('errors that nobody catches are left to the process', async () => {
  expect(process.listenerCount('uncaughtException')).toBe(0);
  expect(process.listenerCount('unhandledRejection')).toBe(0);
});

test('without tfjs-node it is wasm', async () => {
  expect((await tfjsBackend()).capabilities.engine).toBe('tfjs-backend-wasm 4.22.0');
});

test('another version of tfjs-node than of tfjs-core is refused', async () => {
  standIn.isInstalled = true;
  standIn.version['tfjs-core'] = '4.1.0';
  const opened = tfjsBackend({ engine: 'tensorflow' });
  await expect(opened).rejects.toThrow(/tfjs-node 4\.1\.0 does not fit .*4\.22\.0/);
});

test('with tfjs-node it is that, and its tensors leave nothing behind', async () => {
  standIn.version['tfjs-core'] = '4.22.0';
  const backend = await tfjsBackend();
  expect(backend.capabilities.engine).toBe('tfjs-node 4.22.0');
  const [x, y] = [backend.allocate([2]), backend.allocate([2])];
  const call = (await backend.compile(trace(({ x }) => ({ y: x.exp().add(1) }), { x: [2] }))).bind(
    { x },
    { y },
  );
  const memory = () => [tf.memory(), tf.engine().findBackend('tensorflow').numDataIds()];
  const before = memory();
  for (let i = 0; i < 3; i++) await call.run();
  expect(memory()).toEqual(before);
  expect(await y.read()).toEqual(Float32Array.of(2, 2));
});

test('a lost GPU is an error of runs and reads, and 16-bit numbers are refused', async () => {
  const gpu = { isLost: false };
  jest.unstable_mockModule('@tensorflow/tfjs-backend-webgl', () => {
    const gpgpu = { gl: { isContextLost: () => gpu.isLost } };
    tf.env().registerFlag('WEBGL_RENDER_FLOAT32_ENABLED', () => false);
    tf.env().registerFlag('WEBGL_CPU_FORWARD', () => true);
    tf.registerBackend('webgl', () => Object.assign(new MathBackendCPU(), { gpgpu }));
    tf.copyRegisteredKernels('cpu', 'webgl');
    return { version_webgl: tf.version_core };
  });
  await expect(tfjsBackend({ engine: 'webgl' })).rejects.toThrow(/16-bit numbers/);
  tf.env().set('WEBGL_RENDER_FLOAT32_ENABLED', true);
  const backend = await tfjsBackend({ engine: 'webgl' });
  const x = backend.allocate([2]);
  const program = trace(({ x }) => ({ x: x.add(1) }), { x: [2] });
  const call = (await backend.compile(program)).bind({ x }, { x });
  await call.run();
  gpu.isLost = true;
  expect(() => call.run()).toThrow(BackendError);
  await expect(x.read()).rejects.toThrow(/the GPU was lost.*open another backend/);
  await backend.close();
});
