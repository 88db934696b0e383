/** Environments in Python: those of `fixtures/python/probe.py`, behind a stub with Gymnasium's interface. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ConfigError, EnvironmentError, UnsupportedError } from '@ascent-rl/core/errors';
import { checkEnvironment } from '@ascent-rl/environments';
import { pythonEnvironment, pythonVectorEnvironment } from './index.ts';

const modulePath = fileURLToPath(new URL('../fixtures/python', import.meta.url));
const runs = (code: string): boolean => spawnSync('python3', ['-c', code]).status === 0;
const hasPython = runs('');
const hasNumPy = hasPython && runs('import numpy');
if (!hasPython) console.warn('python3 is not installed: the bridge to Python is not tested');
else if (!hasNumPy) console.warn('NumPy is not installed: its arrays are not tested');
const describePython = hasPython ? describe : describe.skip;
const testNumPy = hasNumPy ? test : test.skip;

const rows = (array: Float32Array, width: number): number[][] =>
  Array.from({ length: array.length / width }, (_, i) => Array.from(array.slice(i * width, (i + 1) * width)));

describePython('one environment', () => {
  test('has the spaces, numbers and seeds of the original', () => {
    const environment = pythonEnvironment('probe:Walk-v0', { modulePath });
    expect(environment.id).toBe('python:probe:Walk-v0');
    expect(String(environment.observationSpace)).toBe('Box(-100.0, 100.0, (2,), float32)');
    expect(String(environment.actionSpace)).toBe('Discrete(3, start=-1)');
    expect(environment.reset({ seed: 8 })).toEqual({
      observation: Float32Array.of(3, 0),
      info: { start: 3 },
    });
    expect(environment.step(1)).toEqual({
      observation: Float32Array.of(4, 1),
      reward: 4,
      terminated: false,
      truncated: false,
      info: { steps: 1 },
    });
    for (const action of [-1, 0]) environment.step(action);
    expect(environment.step(-1)).toMatchObject({ reward: 2, terminated: false, truncated: true });
    // Without a seed the generator goes on where it stands: this one always starts at its last seed.
    expect(environment.reset().observation).toEqual(Float32Array.of(3, 0));
    environment.close!();
    expect(() => environment.step(0)).toThrow(EnvironmentError);
  });

  test('takes the arguments of gymnasium.make, and keeps the contract', () => {
    const environment = pythonEnvironment('probe:Walk-v0', { modulePath, options: { limit: 30 } });
    checkEnvironment(environment, { steps: 50 });
    environment.close!();
  });

  test('hands over values of composite spaces part by part', () => {
    const environment = pythonEnvironment('probe:Parts-v0', { modulePath });
    expect(String(environment.observationSpace)).toMatch(/^Dict\('gear': Discrete\(3\), 'speed': Box/);
    expect(environment.reset().observation).toEqual({ gear: 0, speed: Float64Array.of(0, 0.1) });
    const action = [Float64Array.of(0.3, -0.7), [1, 0, 1], 2, [1, 2]];
    expect(environment.step(action)).toMatchObject({
      observation: { gear: 2, speed: Float64Array.of(0.3, -0.7) },
      reward: 2,
      info: { choices: [1, 2] },
    });
    environment.close!();
  });

  test('draws itself when asked', () => {
    const environment = pythonEnvironment('probe:Walk-v0', { modulePath, render: true });
    environment.reset();
    expect(environment.framesPerSecond).toBe(12);
    expect(environment.render!()).toEqual({
      width: 2,
      height: 1,
      data: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255),
    });
    environment.close!();
  });
});

describePython('copies', () => {
  test.each([1, 2, 3])('start anew in the step that ends an episode, in %d processes', (processes) => {
    const vector = pythonVectorEnvironment('probe:Walk-v0', { modulePath, count: 3, processes });
    expect([vector.observationSize, vector.actionSize, vector.resumable]).toEqual([2, 1, false]);
    const memory = new Float32Array(6);
    vector.observations = memory;
    vector.reset(2); // They start at 2, 3 and 4.
    expect(rows(memory, 2)).toEqual([
      [2, 0],
      [3, 0],
      [4, 0],
    ]);
    for (let i = 0; i < 2; i++) vector.step(Float32Array.of(-1, 0, 1));
    expect(Array.from(vector.rewards)).toEqual([0, 3, 6]);
    vector.step(Float32Array.of(-1, 0, 1));
    expect(Array.from(vector.terminated)).toEqual([0, 0, 1]);
    expect(rows(vector.finalObservations, 2)[2]).toEqual([7, 3]);
    expect(rows(memory, 2)).toEqual([
      [-1, 3],
      [3, 3],
      [4, 0],
    ]);
    vector.step(Float32Array.of(1, 1, 0));
    expect(Array.from(vector.truncated)).toEqual([1, 1, 0]);
    expect(rows(vector.finalObservations, 2).slice(0, 2)).toEqual([
      [0, 4],
      [4, 4],
    ]);
    expect(rows(memory, 2)).toEqual([
      [2, 0],
      [3, 0],
      [4, 1],
    ]);
    vector.close();
  });

  test('flatten observations as all environments do, choices as one-hot vectors', () => {
    const vector = pythonVectorEnvironment('probe:Parts-v0', { modulePath, count: 1 });
    vector.reset(0);
    vector.step(Float32Array.of(0.5, -0.5, 1, 0, 0, 2, 0, 1));
    expect(rows(vector.observations, 5)).toEqual([[0, 0, 1, 0.5, -0.5]]);
    vector.close();
  });

  testNumPy('give and take arrays of NumPy', () => {
    const vector = pythonVectorEnvironment('probe:Arrays-v0', { modulePath, count: 2 });
    vector.reset(0);
    vector.step(Float32Array.of(0.5, -1));
    expect(rows(vector.observations, 2)).toEqual([
      [0.5, 1],
      [0, 1],
    ]);
    expect(Array.from(vector.rewards)).toEqual([0.5, 0]);
    vector.close();
  });

  test('send pixels as bytes', () => {
    const vector = pythonVectorEnvironment('probe:Pixels-v0', { modulePath, count: 2 });
    vector.reset(0);
    expect(rows(vector.observations, 4)[1]).toEqual([0, 1, 2, 255]);
    vector.step(Float32Array.of(0.5, 1));
    expect(rows(vector.observations, 4)).toEqual([
      [0, 0, 0, 50],
      [0, 0, 0, 100],
    ]);
    vector.close();
  });

  test('raise for misuse by copy and step', () => {
    const vector = pythonVectorEnvironment('probe:Walk-v0', { modulePath, count: 2 });
    expect(() => vector.step(new Float32Array(2))).toThrow('step 1: expected reset() before the first step');
    vector.reset(0);
    expect(() => vector.step(new Float32Array(3))).toThrow('expected actions of 2 numbers, got 3');
    expect(() => vector.step(Float32Array.of(0, 2))).toThrow(
      'python:probe:Walk-v0[1], step 1: expected action in Discrete(3, start=-1), got action = 2',
    );
    expect(() => vector.state()).toThrow(UnsupportedError);
    vector.close();
    expect(() => pythonVectorEnvironment('probe:Walk-v0', { modulePath, count: 0 })).toThrow(ConfigError);
  });
});

test('without Python it says how to get it', () => {
  const make = (): unknown => pythonEnvironment('CartPole-v1', { python: 'no-such-python' });
  expect(make).toThrow(UnsupportedError);
  expect(make).toThrow(/expected a program "no-such-python" .* install Python 3, or name it/);
});

describePython('what goes wrong in Python is told in JavaScript', () => {
  test('a missing module, with the way to install it', () => {
    const make = (): unknown => pythonEnvironment('no_such_module:Walk-v0', { modulePath });
    expect(make).toThrow(UnsupportedError);
    expect(make).toThrow(
      'expected the Python module "no_such_module", which python3 does not have; install it with ' +
        '`python3 -m pip install no_such_module`',
    );
  });

  test('an unknown id', () => {
    expect(() => pythonEnvironment('probe:Wolk-v0', { modulePath })).toThrow(
      "python:probe:Wolk-v0: gymnasium.make refused: Environment `Wolk-v0` doesn't exist.",
    );
  });

  const fault = (name: string) => ({ modulePath, options: { fault: name } });

  test('a space that Ascent has not', () => {
    expect(() => pythonEnvironment('probe:Faulty-v0', fault('text'))).toThrow(
      /expected the observation space to be made of Box, .* got Text/,
    );
  });

  test('an environment that cannot be made, with its traceback', () => {
    expect(() => pythonVectorEnvironment('probe:Faulty-v0', { ...fault('make'), count: 2 })).toThrow(
      /start: the environment raised\nTraceback[\s\S]*RuntimeError: no such track$/,
    );
  });

  test.each([
    [
      'raise',
      /^python:probe:Faulty-v0\[1\], step 2: the environment raised\nTraceback[\s\S]*probe.py[\s\S]*ValueError: the wheel came off$/,
    ],
    ['die', /step 2: the Python process ended; it printed last:\nout of memory$/],
    ['short', /\[1\], step 2: expected observation in Box\(2,\), got 1 numbers instead of 2/],
    ['words', /\[1\], step 2: expected observation in Box\(2,\), got \['a', 'b'\]/],
    [
      'outside',
      /\[1\], step 2: expected observation in Box\(0.0, 1.0, \(2,\), float32\), got observation\[1\] = 7/,
    ],
    ['nan', /\[1\], step 2: expected reward to be a finite number, got NaN/],
  ])('%s', (name, message) => {
    const vector = pythonVectorEnvironment('probe:Faulty-v0', { ...fault(name), count: 2, processes: 1 });
    vector.reset(0);
    vector.step(new Float32Array(2));
    const act = (): void => vector.step(new Float32Array(2));
    expect(act).toThrow(message);
    expect(act).toThrow('it was closed, or failed before');
  });

  test('a failure in one process ends the others', () => {
    const vector = pythonVectorEnvironment('probe:Faulty-v0', { ...fault('nan'), count: 3, processes: 3 });
    vector.reset(0);
    vector.step(new Float32Array(3));
    expect(() => vector.step(new Float32Array(3))).toThrow('Faulty-v0[1], step 2: expected reward');
    expect(() => vector.reset(0)).toThrow(EnvironmentError);
  });
});
