import { jest } from '@jest/globals';
import { BackendError } from '@ascent-rl/core/errors';

test('a missing engine is an error that says what to install', async () => {
  jest.unstable_mockModule('onnxruntime-node', () => {
    throw new Error("Cannot find package 'onnxruntime-node'");
  });
  const { onnxBackend } = await import('./index.ts');
  await expect(onnxBackend()).rejects.toThrow(BackendError);
  await expect(onnxBackend()).rejects.toThrow(/npm install onnxruntime-node@1\.30/);
});
