import { jest } from '@jest/globals';
import { BackendError } from '@ascent-rl/core/errors';

const missing = (module: string) =>
  jest.unstable_mockModule(module, () => {
    throw new Error(`Cannot find package '${module}'`);
  });

test('without the native library it is WebAssembly', async () => {
  missing('onnxruntime-node');
  const { onnxBackend } = await import('./index.ts');
  const backend = await onnxBackend({ threads: 2 });
  expect(backend.capabilities).toMatchObject({ engine: 'onnxruntime-web 1.30.0 wasm', threads: 1 });
  await backend.close();
});

test('a missing engine is an error that says what to install', async () => {
  missing('onnxruntime-node');
  missing('onnxruntime-web/wasm');
  jest.resetModules();
  const { onnxBackend } = await import('./index.ts');
  const message = {
    name: BackendError.name,
    message: expect.stringMatching(/npm install onnxruntime-node@1\.30/),
  };
  await expect(onnxBackend()).rejects.toMatchObject(message);
  await expect(onnxBackend({ engine: 'node' })).rejects.toMatchObject(message);
  await expect(onnxBackend({ engine: 'web' })).rejects.toMatchObject({
    name: BackendError.name,
    message: expect.stringMatching(/npm install onnxruntime-web@1\.30/),
  });
});

test('an engine of an older version is an error that says what to install', async () => {
  jest.unstable_mockModule('onnxruntime-node', () => ({
    env: { versions: { common: '1.14.0', node: '1.14.0' } },
  }));
  jest.resetModules();
  const { onnxBackend } = await import('./index.ts');
  await expect(onnxBackend({ engine: 'node' })).rejects.toMatchObject({
    name: BackendError.name,
    message: expect.stringMatching(
      /expected onnxruntime-node 1\.30 or newer, got 1\.14\.0; install it with `npm install onnxruntime-node@1\.30/,
    ),
  });
});
