import { describeConformance } from '../conformance/index.ts';
import { UnsupportedError, BackendError } from '../errors.ts';
import { referenceBackend } from '../reference/index.ts';
import { trace } from '../tensor/program.ts';
import { autoBackend, choicesOf, type Memory, type Times } from './index.ts';
import type { Backend } from '../backend/contract.ts';

/** The interpreter under another name; counts what it compiles, and `costs` clock ticks a run. */
function candidate(name: string, clock: { time: number }, cost: number): Backend {
  const reference = referenceBackend();
  return {
    ...reference,
    name,
    async compile(program, options) {
      const executable = await reference.compile(program, options);
      return {
        ...executable,
        bind(...places) {
          const call = executable.bind(...places);
          return {
            run() {
              clock.time += cost;
              void call.run();
            },
          };
        },
      };
    },
  };
}

const broken = (name: string): Backend => ({
  ...referenceBackend(),
  name,
  compile: () => Promise.reject(new UnsupportedError(`${name}: it cannot do exp`)),
});

/** Answers in turn, whatever the program. */
const remembering = (...answers: readonly Times[]): Memory => {
  let asked = 0;
  return { recall: () => answers[asked++ % answers.length]!, keep: () => undefined };
};

const plusOne = trace(({ x }) => ({ x: x.add(1) }), { x: [2] });
const double = trace(({ x }) => ({ y: x.mul(2) }), { x: [2] });

// Programs take turns on two backends, so every place that two programs share has to be moved.
describeConformance({ describe, test, afterAll }, async () =>
  autoBackend({
    candidates: [candidate('a', { time: 0 }, 1), candidate('b', { time: 0 }, 1)],
    memory: remembering({ a: 1, b: 9 }, { a: 9, b: 1 }),
    now: () => 0,
  }),
);

test('a program runs where it is fastest', async () => {
  const clock = { time: 0 };
  const backend = autoBackend({
    candidates: [candidate('slow', clock, 3), candidate('fast', clock, 1), broken('broken')],
    now: () => clock.time,
  });
  await backend.compile(plusOne);
  await backend.compile(double);
  expect(backend.choices).toEqual([
    {
      purpose: 'learning',
      backend: 'fast',
      times: { slow: 3000, fast: 1000, broken: 'broken: it cannot do exp' },
      isRemembered: false,
    },
    expect.objectContaining({ purpose: 'acting', backend: 'fast' }),
  ]);
  expect(choicesOf(backend)).toBe(backend.choices);
  expect(choicesOf(referenceBackend())).toEqual([]);
});

test('it stays on the backend of earlier programs for less than twice the speed, and leaves it for more', async () => {
  const clock = { time: 0 };
  const chosen = async (...answers: readonly Times[]) => {
    const backend = autoBackend({
      candidates: [candidate('a', clock, 1), candidate('b', clock, 1)],
      memory: remembering(...answers),
      now: () => 0,
    });
    for (const program of [plusOne, double]) await backend.compile(program);
    return backend.choices.map(({ backend: name }) => name);
  };
  expect(await chosen({ a: 1, b: 5 }, { a: 1.9, b: 1 })).toEqual(['a', 'a']);
  expect(await chosen({ a: 1, b: 5 }, { a: 2, b: 1 })).toEqual(['a', 'b']);
});

test('what acting reads follows what learning wrote on another backend', async () => {
  const backend = autoBackend({
    candidates: [candidate('a', { time: 0 }, 1), candidate('b', { time: 0 }, 1)],
    memory: remembering({ a: 1, b: 9 }, { a: 9, b: 1 }),
    now: () => 0,
  });
  const [x, y] = [backend.allocate([2]), backend.allocate([2])];
  x.write([1, 2]);
  const learn = (await backend.compile(plusOne)).bind({ x }, { x });
  const act = (await backend.compile(double)).bind({ x }, { y });
  for (let i = 0; i < 3; i++) await learn.run();
  await act.run();
  expect(await y.read()).toEqual(Float32Array.of(8, 10));
  expect(await x.read()).toEqual(Float32Array.of(4, 5));
  x.write([0, 1]);
  await act.run();
  expect(await y.read()).toEqual(Float32Array.of(0, 2));
});

test('code and its size are those of the backend chosen, where it has them', async () => {
  const plain = candidate('plain', { time: 0 }, 1);
  const writing: Backend = {
    ...plain,
    name: 'writing',
    async compile(program, options) {
      const executable = await plain.compile(program, options);
      const check = (...places: Parameters<typeof executable.bind>) => void executable.bind(...places);
      return {
        ...executable,
        moduleSize: (...places) => (check(...places), 42),
        dump: (...places) => (check(...places), 'code'),
      };
    },
  };
  const on = async (chosen: Backend) => {
    const backend = autoBackend({
      candidates: [chosen],
      now: () => 0,
      memory: remembering({ [chosen.name]: 1 }),
    });
    const executable = await backend.compile(double);
    const places = [{ x: backend.allocate([2]) }, { y: backend.allocate([2]) }] as const;
    return [executable.moduleSize?.(...places), executable.dump?.(...places)];
  };
  expect(await on(writing)).toEqual([42, 'code']);
  expect(await on(plain)).toEqual([undefined, undefined]);
});

test('times are kept, and what is remembered is not timed again', async () => {
  const kept: Times[] = [];
  const clock = { time: 0 };
  const candidates = [candidate('a', clock, 2), candidate('b', clock, 1)];
  const memory: Memory = { recall: () => kept[0], keep: (_, times) => void kept.push(times) };
  const compile = async () => {
    const backend = autoBackend({ candidates, memory, now: () => clock.time });
    await backend.compile(plusOne);
    return backend.choices[0]!;
  };
  const first = await compile();
  expect(kept).toEqual([{ a: 2000, b: 1000 }]);
  const before = clock.time;
  expect(await compile()).toEqual({ ...first, isRemembered: true });
  expect(clock.time).toBe(before);
});

test('where no backend can, every reason is told', async () => {
  expect(() => autoBackend({ candidates: [], now: () => 0 })).toThrow(BackendError);
  const backend = autoBackend({ candidates: [broken('a'), broken('b')], now: () => 0 });
  await expect(backend.compile(plusOne)).rejects.toThrow(UnsupportedError);
  await expect(backend.compile(plusOne)).rejects.toThrow(/a: it cannot do exp.*b: it cannot do exp/);
});
