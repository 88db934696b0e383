/** What a backend promises besides numbers: places, binding, running in place, errors. */
import type { Backend, DeviceArray } from '../backend/contract.ts';
import { AscentError, BackendError, ShapeError } from '../errors.ts';
import { referenceBackend } from '../reference/backend.ts';
import { trace, type Program } from '../tensor/program.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import { concat } from '../tensor/constructors.ts';
import { checkSame, ConformanceError } from './compare.ts';

/** A promise of the contract. */
export interface ContractRule {
  /** Unique in the suite. */
  readonly name: string;
  /** Rejects, with ConformanceError or the backend's own error, when the promise is not kept. */
  readonly check: (backend: Backend) => Promise<void>;
}

const plusOne: Program = trace(({ x }) => ({ y: x.add(1) }), { x: [3] });
const swap: Program = trace(({ a, b }) => ({ a: b, b: a }), { a: [3], b: [3] });
/** Each element of the result needs elements that an update in place may already have overwritten. */
const mix: Program = trace(
  ({ x, w }) => ({
    x: x
      .reshape([1, 3])
      .matmul(w)
      .reshape([3])
      .add(concat([x.slice(0, 1), x.slice(0, 0, 1)])),
    old: x.mul(10),
  }),
  { x: [3], w: [3, 3] },
);
const mixing = [0, 1, 0, 0, 0, 1, 1, 0, 0];

/** Every rule; each leaves the backend usable for the next. */
export const contractRules: readonly ContractRule[] = [
  rule('a new place holds zeros', async (backend) => {
    for (const shape of [[], [3], [2, 3], [2, 0], [2, 1, 3, 2]]) {
      const place = backend.allocate(shape);
      checkSame('shape', shape, place.shape, [shape.length]);
      checkSame('size', [sizeOf(shape)], [place.size], []);
      await expectNumbers(place, new Array<number>(sizeOf(shape)).fill(0));
      place.dispose();
    }
  }),
  rule('a place of an impossible shape is refused', async (backend) => {
    // The sizes of the last three are whole numbers ≥ 0 all the same.
    for (const shape of [[NaN], [-100], [2.5], [Infinity], [-5, -2], [2.5, 2], [-1, 0]]) {
      await expectError(`allocate([${shape}])`, ShapeError, () => backend.allocate(shape));
    }
  }),
  rule('a place keeps what is written', async (backend) => {
    const numbers = [0, -0, 1.5, -(2 ** 127), 2 ** -126, 2 ** -149, Infinity, -Infinity, NaN, 16777216];
    const place = await filled(backend, numbers);
    await expectNumbers(place, numbers);
    const into = new Float32Array(numbers.length);
    if ((await place.read(into)) !== into) throw new ConformanceError('read(into): expected the array given');
    checkSame('read(into)', numbers, into, place.shape);
    place.write(numbers.toReversed());
    checkSame('an array read before', numbers, into, place.shape);
    place.dispose();
  }),
  rule('a view is the place', async (backend) => {
    const place = await filled(backend, [1, 2, 3]);
    const [x, y] = [place, backend.allocate([3])];
    if (place.view) {
      checkSame('view', [1, 2, 3], place.view, [3]);
      place.view.set([4, 5, 6]);
    } else place.write([4, 5, 6]);
    await run(backend, plusOne, { x }, { y });
    await expectNumbers(y, [5, 6, 7]);
    if (y.view) checkSame('view of an output', [5, 6, 7], y.view, [3]);
    release(x, y);
  }),
  rule('writing and reading check the number of elements', async (backend) => {
    const place = backend.allocate([3]);
    await expectError('write of two numbers', ShapeError, () => place.write([1, 2]));
    await expectError('read into four numbers', ShapeError, () => place.read(new Float32Array(4)));
    place.dispose();
  }),
  rule('a disposed place is refused', async (backend) => {
    const [dead, alive] = [backend.allocate([3]), backend.allocate([3])];
    dead.dispose();
    await expectError('write', BackendError, () => dead.write([1, 2, 3]));
    await expectError('read', BackendError, () => dead.read());
    await expectBindError(backend, BackendError, { x: dead }, { y: alive });
    await expectBindError(backend, BackendError, { x: alive }, { y: dead });
    const executable = await backend.compile(plusOne);
    for (const dies of ['x', 'y']) {
      const doomed = backend.allocate([3]);
      const [x, y] = dies === 'x' ? [doomed, alive] : [alive, doomed];
      const call = executable.bind({ x }, { y });
      doomed.dispose();
      await expectError('run', BackendError, () => call.run());
    }
    executable.dispose();
    alive.dispose();
  }),
  rule("another backend's place is refused", async (backend) => {
    const [own, foreign] = [backend.allocate([3]), referenceBackend().allocate([3])];
    await expectBindError(backend, BackendError, { x: foreign }, { y: own });
    await expectBindError(backend, BackendError, { x: own }, { y: foreign });
    own.dispose();
  }),
  rule('a missing place is refused', async (backend) => {
    const place = backend.allocate([3]);
    await expectBindError(backend, ShapeError, {}, { y: place });
    await expectBindError(backend, ShapeError, { x: place }, {});
    place.dispose();
  }),
  rule('a place of another shape is refused', async (backend) => {
    const [good, bad] = [backend.allocate([3]), backend.allocate([3, 1])];
    await expectBindError(backend, ShapeError, { x: bad }, { y: good });
    await expectBindError(backend, ShapeError, { x: good }, { y: bad });
    release(good, bad);
  }),
  rule('two outputs do not share a place', async (backend) => {
    const [a, b] = [backend.allocate([3]), backend.allocate([3])];
    const executable = await backend.compile(swap);
    await expectError('bind', BackendError, () => executable.bind({ a, b }, { a, b: a }));
    executable.dispose();
    release(a, b);
  }),
  rule('donation needs one place under both names', async (backend) => {
    const [x, y] = [backend.allocate([3]), backend.allocate([3])];
    const executable = await backend.compile(plusOne, { donate: { y: 'x' } });
    await expectError('bind', BackendError, () => executable.bind({ x }, { y }));
    executable.dispose();
    release(x, y);
  }),
  rule('donation needs names that exist and shapes that agree', async (backend) => {
    const program = trace(({ x }) => ({ y: x.sum() }), { x: [3] });
    for (const donate of [{ y: 'x' }, { y: 'z' }, { z: 'x' }] as Readonly<Record<string, string>>[]) {
      await expectError('compile', ShapeError, () => backend.compile(program, { donate }));
    }
  }),
  rule('a run returns a promise unless the backend is synchronous', async (backend) => {
    const [x, y] = [backend.allocate([3]), backend.allocate([3])];
    const executable = await backend.compile(plusOne);
    const returned = executable.bind({ x }, { y }).run();
    await returned;
    if ((returned === undefined) !== backend.capabilities.synchronous) {
      throw new ConformanceError(
        `run: expected ${backend.capabilities.synchronous ? 'nothing' : 'a promise'} back`,
      );
    }
    executable.dispose();
    release(x, y);
  }),
  rule('one place may be two inputs', async (backend) => {
    const program = trace(({ a, b }) => ({ y: a.sub(b.mul(2)) }), { a: [3], b: [3] });
    const [x, y] = [await filled(backend, [1, 2, 3]), backend.allocate([3])];
    await run(backend, program, { a: x, b: x }, { y });
    await expectNumbers(y, [-1, -2, -3]);
    release(x, y);
  }),
  rule('a call follows what is written into its places', async (backend) => {
    const [x, y] = [await filled(backend, [1, 2, 3]), backend.allocate([3])];
    const executable = await backend.compile(plusOne);
    const call = executable.bind({ x }, { y });
    await call.run();
    x.write([7, 8, 9]);
    await expectNumbers(y, [2, 3, 4]);
    await call.run();
    await expectNumbers(y, [8, 9, 10]);
    executable.dispose();
    release(x, y);
  }),
  rule('calls of one executable are independent', async (backend) => {
    const places = [await filled(backend, [1, 2, 3]), await filled(backend, [4, 5, 6])];
    const results = [backend.allocate([3]), backend.allocate([3])];
    const executable = await backend.compile(plusOne);
    const calls = places.map((x, i) => executable.bind({ x }, { y: results[i]! }));
    for (const call of calls) await call.run();
    await expectNumbers(results[0]!, [2, 3, 4]);
    await expectNumbers(results[1]!, [5, 6, 7]);
    places.forEach((place, i) => place.write([10 * i, 0, 0]));
    await Promise.all(calls.map(async (call) => call.run()));
    await expectNumbers(results[0]!, [1, 1, 1]);
    await expectNumbers(results[1]!, [11, 1, 1]);
    executable.dispose();
    release(...places, ...results);
  }),
  rule('a place leads from one program to the next', async (backend) => {
    const [x, between, y] = [await filled(backend, [1, 2, 3]), backend.allocate([3]), backend.allocate([])];
    const total = trace(({ x }) => ({ y: x.sum() }), { x: [3] });
    await run(backend, plusOne, { x }, { y: between });
    await run(backend, total, { x: between }, { y });
    await expectNumbers(y, [9]);
    release(x, between, y);
  }),
  ...[false, true].flatMap((donated) => inPlace(donated)),
];

/** Inputs are read before outputs are stored, whether or not the memory is donated. */
function inPlace(donated: boolean): readonly ContractRule[] {
  const how = donated ? 'in place, donated' : 'in place';
  return [
    rule(`${how}: a step repeats`, async (backend) => {
      const x = await filled(backend, [1, 2, 3]);
      await run(backend, plusOne, { x }, { y: x }, donated ? { y: 'x' } : {}, 3);
      await expectNumbers(x, [4, 5, 6]);
      x.dispose();
    }),
    rule(`${how}: two places are swapped`, async (backend) => {
      const [a, b] = [await filled(backend, [1, 2, 3]), await filled(backend, [4, 5, 6])];
      await run(backend, swap, { a, b }, { a, b }, donated ? { a: 'a', b: 'b' } : {});
      await expectNumbers(a, [4, 5, 6]);
      await expectNumbers(b, [1, 2, 3]);
      release(a, b);
    }),
    rule(`${how}: elements that others still need`, async (backend) => {
      const [x, w] = [await filled(backend, [1, 2, 4]), await filled(backend, mixing, [3, 3])];
      const old = backend.allocate([3]);
      await run(backend, mix, { x, w }, { x, old }, donated ? { x: 'x' } : {});
      await expectNumbers(x, [6, 5, 3]);
      await expectNumbers(old, [10, 20, 40]);
      release(x, w, old);
    }),
  ];
}

function rule(name: string, check: ContractRule['check']): ContractRule {
  return { name, check };
}

async function filled(
  backend: Backend,
  numbers: readonly number[],
  shape: Shape = [numbers.length],
): Promise<DeviceArray> {
  const place = backend.allocate(shape);
  place.write(numbers);
  return place;
}

async function run(
  backend: Backend,
  program: Program,
  inputs: Readonly<Record<string, DeviceArray>>,
  outputs: Readonly<Record<string, DeviceArray>>,
  donate: Readonly<Record<string, string>> = {},
  times = 1,
): Promise<void> {
  const executable = await backend.compile(program, { donate });
  const call = executable.bind(inputs, outputs);
  for (let i = 0; i < times; i++) await call.run();
  executable.dispose();
}

function release(...places: readonly DeviceArray[]): void {
  for (const place of places) place.dispose();
}

async function expectNumbers(place: DeviceArray, expected: readonly number[]): Promise<void> {
  checkSame('place', expected, await place.read(), place.shape);
}

async function expectBindError(
  backend: Backend,
  type: typeof AscentError,
  inputs: Readonly<Record<string, DeviceArray>>,
  outputs: Readonly<Record<string, DeviceArray>>,
): Promise<void> {
  const executable = await backend.compile(plusOne);
  await expectError('bind', type, () => executable.bind(inputs, outputs));
  executable.dispose();
}

async function expectError(action: string, type: typeof AscentError, attempt: () => unknown): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof type) return;
    throw new ConformanceError(`${action}: expected a ${type.name}, got ${error}`, { cause: error });
  }
  throw new ConformanceError(`${action}: expected a ${type.name}, but it was accepted`);
}
