/** What is particular to the reference backend; the rest is the conformance suite. */
import { BackendError } from '../errors.ts';
import { referenceBackend } from './backend.ts';

test('it is synchronous, on one thread', () => {
  expect(referenceBackend().capabilities).toEqual({
    engine: 'interpreter float32',
    device: 'cpu',
    threads: 1,
    synchronous: true,
  });
});

test('float32 places show their memory, float64 places cannot', () => {
  expect(referenceBackend().allocate([2]).view).toEqual(new Float32Array(2));
  expect(referenceBackend({ precision: 'float64' }).allocate([2]).view).toBeUndefined();
});

test('closing disposes every place', async () => {
  const backend = referenceBackend();
  const place = backend.allocate([2]);
  await backend.close();
  expect(() => place.write([1, 2])).toThrow(BackendError);
  expect(() => place.write([1, 2])).toThrow('reference: the place of shape [2] is disposed');
});
