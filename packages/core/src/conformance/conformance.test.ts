import type { Backend, DeviceArray, Executable } from '../backend/contract.ts';
import { ConfigError } from '../errors.ts';
import type { Attributes, Primitive } from '../tensor/primitives.ts';
import { referenceBackend } from '../reference/backend.ts';
import { sizeOf } from '../tensor/shape.ts';
import { trace, type Instruction, type Program } from '../tensor/program.ts';
import { checkNumbers } from './compare.ts';
import {
  checkCase,
  conformanceCases,
  ConformanceError,
  contractRules,
  describeConformance,
  updateCase,
} from './index.ts';

/** Runs of a backend that does not repeat itself. */
let runs = 0;

describe.each([
  ['float32', 1e-6],
  ['float64', 1e-7],
] as const)('the reference backend in %s', (precision, tolerance) => {
  describeConformance({ describe, test, afterAll }, async () => referenceBackend({ precision }), {
    tolerance,
  });
});

describe('cases', () => {
  test('names are unique', () => {
    const names = [...conformanceCases, ...contractRules].map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test('inputs are those of the program', () => {
    for (const { name, program, inputs } of conformanceCases) {
      const given = Object.entries(inputs).map(([input, numbers]) => [input, numbers.length]);
      const needed = program.inputs.map(({ name: input, shape }) => [input, sizeOf(shape)]);
      expect([name, Object.fromEntries(given)]).toEqual([name, Object.fromEntries(needed)]);
    }
  });

  test('an update carries its state from run to run', async () => {
    const doubling = trace(({ w }) => ({ w: w.mul(2), before: w }), { w: [2] });
    const update = updateCase({
      name: 'doubling',
      program: doubling,
      inputs: { w: [1, 3] },
      carry: { w: 'w' },
      runs: 4,
    });
    await checkCase(referenceBackend(), update, 0);
    await expect(checkCase(recompiling(scaleConstants(2)), update, 0)).rejects.toThrow(
      'doubling: output w[1]: expected 48, got 768',
    );
  });
});

describe('the tolerance rule', () => {
  const check = (expected: number[], got: number[], scale?: number | 'exact') => () =>
    checkNumbers('y', expected, got, { scale, tolerance: 1e-3, shape: [expected.length] });

  test.each([
    ['equal numbers, of either sign of zero', [1, 0, -0], [1, -0, 0], 'exact'],
    ['NaN and infinities where they belong', [NaN, Infinity, -Infinity], [NaN, Infinity, -Infinity], 'exact'],
    ['what overflows float32', [1e39], [Infinity], 0],
    ['an error relative to the number', [1000], [1000.9], 0],
    ['an error relative to the scale', [1e-9], [9e-4], 1],
    ['an error relative to the largest number', [1000, 0], [1000, 0.9], undefined],
    ['tiny numbers flushed to zero', [1e-39], [0], 'exact'],
  ] as const)('accepts %s', (_, expected, got, scale) => {
    expect(check([...expected], [...got], scale)).not.toThrow();
  });

  test.each([
    ['a number for NaN', [NaN], [0], 1],
    ['NaN for a number', [0], [NaN], 1],
    ['a number for an infinity', [Infinity], [3e38], 1],
    ['an infinity for a number', [3e38], [Infinity], 1],
    ['the other infinity', [Infinity], [-Infinity], 1],
    ['an error beyond the number', [1000], [1002], 0],
    ['an error beyond the scale', [1e-9], [2e-3], 1],
    ['any error where nothing is rounded', [1], [1.0000001], 'exact'],
    ['a missing number', [1, 2], [1], 1],
  ] as const)('refuses %s', (_, expected, got, scale) => {
    expect(check([...expected], [...got], scale)).toThrow(ConformanceError);
  });

  test('names the worst number', () => {
    expect(() =>
      checkNumbers('add: output y', [1, 2, 4, 8], [1, 2.5, 6, 8], {
        scale: 0,
        tolerance: 0.125,
        shape: [2, 2],
      }),
    ).toThrow(
      'add: output y[1, 0]: expected 4, got 6, an error of 2 where 0.5 is allowed; 2 of 4 numbers differ',
    );
  });
});

describe('backends with a mistake are found out', () => {
  /* prettier-ignore */
  const mistakes: readonly (readonly [string, Backend])[] = [
    ['max is min', recompiling(rename('max', 'min'))],
    ['equal is less', recompiling(rename('equal', 'less'))],
    ['a transpose is forgotten', recompiling((step) => withAttributes(step, 'matmul', { transposeRight: false }))],
    ['stopGradient negates', recompiling(rename('stopGradient', 'neg'))],
    ['constants are off by 1e-4', recompiling(scaleConstants(1.0001))],
    ['outputs are stored one after the other', altered(({ compile }) => ({ compile: (program) => inSequence(compile, program) }))],
    ['inputs are overwritten', afterRunning((inputs) => inputs.forEach((place) => place.write(new Float32Array(place.size))))],
    ['every run adds a bit', afterRunning((_, outputs) => outputs.forEach((place) => place.write(place.view!.map((x) => x + runs++ * 1e-9))))],
    ['places are not cleared', withPlaces((place) => place.write(new Float32Array(place.size).fill(1)))],
    ['lengths are not checked', withPlaces((place) => Object.assign(place, { write: (data: number[]) => place.view!.set(data.slice(0, place.size)) }))],
    ['disposing does nothing', withPlaces((place) => Object.assign(place, { dispose: () => undefined }))],
  ];

  test.each(mistakes)('%s', async (_, backend) => {
    const checks = [
      ...contractRules.map((rule) => () => rule.check(backend)),
      ...conformanceCases.map((testCase) => () => checkCase(backend, testCase, 1e-5)),
    ];
    expect(await isKept(checks)).toBe(false);
  });
});

describe('describeConformance', () => {
  const program = trace(({ x }) => ({ y: x.add(1) }), { x: [2] });
  const cases = [
    { group: 'g', name: 'good', program, inputs: { x: Float32Array.of(1, 2) } },
    // Two numbers are needed, three are given.
    { group: 'g', name: 'bad', program, inputs: { x: Float32Array.of(1, 2, 3) } },
  ];

  /** Runs the declared tests of the cases: how each ended. */
  async function outcomes(exceptions: Record<string, string>) {
    const counts = { opened: 0, closed: 0 };
    const tests: [string, () => Promise<void>][] = [];
    const after: (() => Promise<void>)[] = [];
    const open = async (): Promise<Backend> => {
      counts.opened++;
      return { ...referenceBackend(), close: async () => void counts.closed++ };
    };
    const framework = {
      describe: (_: string, body: () => void) => body(),
      test: (name: string, body: () => Promise<void>) => void tests.push([name, body]),
      afterAll: (body: () => Promise<void>) => void after.push(body),
    };
    describeConformance(framework, open, { exceptions, cases });
    const ends: Record<string, string> = {};
    for (const [name, body] of tests)
      ends[name] = await body().then(
        () => 'passed',
        ({ message }: Error) => message,
      );
    for (const body of after) await body();
    return { ends, ...counts };
  }

  test('runs rules and cases on one backend and closes it', async () => {
    const { ends, opened, closed } = await outcomes({});
    expect(Object.keys(ends)).toEqual([...contractRules, ...cases].map(({ name }) => name));
    expect([ends.good, opened, closed]).toEqual(['passed', 1, 1]);
    expect(ends.bad).toContain('input x [2] needs 2 numbers, got 3');
  });

  test('an exception is named with its reason, and passes while the case fails', async () => {
    const { ends } = await outcomes({ bad: 'the engine is odd' });
    expect(ends['bad (exception: the engine is odd)']).toBe('passed');
  });

  test('an exception that is met has to go', async () => {
    const { ends } = await outcomes({ good: 'once it was' });
    expect(ends['good (exception: once it was)']).toBe(
      'good: the backend meets this now; remove the exception',
    );
  });

  test('an exception without a case is refused', async () => {
    await expect(outcomes({ ugly: '' })).rejects.toThrow(ConfigError);
    await expect(outcomes({ ugly: '' })).rejects.toThrow('describeConformance: no case is named ugly');
  });
});

/** False at the first check that fails. */
async function isKept(checks: readonly (() => Promise<void>)[]): Promise<boolean> {
  for (const check of checks) {
    try {
      await check();
    } catch {
      return false;
    }
  }
  return true;
}

/** The reference backend with some of its members replaced. */
function altered(change: (reference: Backend) => Partial<Backend>): Backend {
  const reference = referenceBackend();
  return { ...reference, ...change(reference) };
}

/** A backend that misreads instructions. */
function recompiling(misread: (instruction: Instruction) => Instruction): Backend {
  return altered(({ compile }) => ({
    compile: (program, options) =>
      compile({ ...program, instructions: program.instructions.map(misread) }, options),
  }));
}

function rename(from: Primitive, to: Primitive) {
  return (step: Instruction): Instruction => (step.primitive === from ? { ...step, primitive: to } : step);
}

function withAttributes(step: Instruction, primitive: Primitive, attributes: object): Instruction {
  return step.primitive === primitive ? { ...step, attributes: { ...step.attributes, ...attributes } } : step;
}

function scaleConstants(factor: number) {
  return (step: Instruction): Instruction =>
    step.primitive === 'constant'
      ? withAttributes(step, 'constant', {
          data: (step.attributes as Attributes['constant']).data.map((x) => x * factor),
        })
      : step;
}

/** Computes and stores each output before the next is computed. */
async function inSequence(compile: Backend['compile'], program: Program): Promise<Executable> {
  const parts = await Promise.all(
    program.outputs.map((output) => compile({ ...program, outputs: [output] })),
  );
  return {
    program,
    bind(inputs, outputs) {
      const calls = parts.map((part) => part.bind(inputs, outputs));
      return { run: () => calls.forEach((call) => void call.run()) };
    },
    dispose: () => undefined,
  };
}

function afterRunning(spoil: (inputs: DeviceArray[], outputs: DeviceArray[]) => void): Backend {
  return altered(({ compile }) => ({
    async compile(program, options) {
      const executable = await compile(program, options);
      return {
        ...executable,
        bind(inputs, outputs) {
          const call = executable.bind(inputs, outputs);
          return {
            run() {
              void call.run();
              spoil(Object.values(inputs), Object.values(outputs));
            },
          };
        },
      };
    },
  }));
}

function withPlaces(spoil: (place: DeviceArray) => unknown): Backend {
  return altered(({ allocate }) => ({
    allocate(shape) {
      const place = allocate(shape);
      spoil(place);
      return place;
    },
  }));
}
