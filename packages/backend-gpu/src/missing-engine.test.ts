import { jest } from '@jest/globals';
import { BackendError } from '@ascent-rl/core/errors';

/** The backend with another module for gpu.js. */
async function backendWith(engine: () => unknown) {
  jest.resetModules();
  jest.unstable_mockModule('gpu.js', engine as () => object);
  return (await import('./index.ts')).gpuBackend();
}

test('a missing engine is an error that says what to install', async () => {
  const opened = backendWith(() => {
    throw new Error("Cannot find package 'gpu.js'");
  });
  await expect(opened).rejects.toMatchObject({
    name: BackendError.name,
    message: 'gpu: gpu.js is not installed; install it with `npm install gpu.js@2.24.1`',
  });
});

test('so is an old one', async () => {
  const opened = backendWith(() => ({ default: { GPU: class {} } }));
  await expect(opened).rejects.toMatchObject({
    name: BackendError.name,
    message: expect.stringMatching(/without createPipeline; install it with `npm install gpu\.js@2\.24\.1`/),
  });
});
