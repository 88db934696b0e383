import { BackendError, ShapeError } from '../errors.ts';
import { referenceBackend } from '../reference/backend.ts';
import { trace } from '../tensor/program.ts';
import { checkDonation, checkLength, checkPlaces, type DeviceArray, type Places } from './contract.ts';

const program = trace(({ w, x }) => ({ w: w.add(x), loss: x.sum() }), { w: [3], x: [3] });
const { allocate } = referenceBackend();
const place = (...shape: number[]): DeviceArray => allocate(shape);

const places = { w: place(3), x: place(3), loss: place() };
const dead = place(3);
const owns = (candidate: DeviceArray): candidate is DeviceArray => candidate !== dead;
const check = (inputs: Places, outputs: Places, donate: Record<string, string> = {}) =>
  checkPlaces('toy', program, { inputs, outputs }, donate, owns);

const { w, x, loss } = places;

test('places are returned in the order of the program', () => {
  const next = place(3);
  expect(check({ x, w }, { loss, w: next })).toEqual({ inputs: [w, x], outputs: [next, loss] });
});

test('an output may be stored in the place of an input', () => {
  expect(check({ w, x }, { w, loss }, { w: 'w' }).outputs[0]).toBe(w);
});

test.each<[string, Places, Places, Record<string, string>, typeof ShapeError, string]>([
  [
    'a missing input',
    { w },
    { w, loss },
    {},
    ShapeError,
    'bind: input x needs a place of shape [3], got none; given: w',
  ],
  [
    'a missing output',
    { w, x },
    { w },
    {},
    ShapeError,
    'bind: output loss needs a place of shape [], got none; given: w',
  ],
  [
    'another shape',
    { w, x: loss },
    { w, loss },
    {},
    ShapeError,
    'bind: input x needs a place of shape [3], got []',
  ],
  [
    'a dead input',
    { w, x: dead },
    { w, loss },
    {},
    BackendError,
    'bind: the place of input x is disposed or belongs',
  ],
  ['a dead output', { w, x }, { w: dead, loss }, {}, BackendError, 'allocate it with this toy backend'],
  [
    'a donated place apart',
    { w, x },
    { w: place(3), loss },
    { w: 'w' },
    BackendError,
    'bind: output w takes over input w',
  ],
])('%s is refused', (_, inputs, outputs, donate, type, message) => {
  expect(() => check(inputs, outputs, donate)).toThrow(type);
  expect(() => check(inputs, outputs, donate)).toThrow(message);
});

test('outputs do not share a place', () => {
  const twice = trace(({ x }) => ({ a: x.neg(), b: x.exp() }), { x: [3] });
  const attempt = () => checkPlaces('toy', twice, { inputs: { x }, outputs: { a: w, b: w } }, {}, owns);
  expect(attempt).toThrow('bind: each output needs a place of its own');
});

test('donation needs an input and an output of one shape', () => {
  expect(() => checkDonation(program, { w: 'w' })).not.toThrow();
  expect(() => checkDonation(program, { loss: 'w' })).toThrow(
    'compile: output loss [] cannot take over input w [3]',
  );
  expect(() => checkDonation(program, { y: 'w' })).toThrow(
    'compile: output y (missing) cannot take over input w [3]',
  );
  expect(() => checkDonation(program, { w: 'y' })).toThrow(
    'compile: output w [3] cannot take over input y (missing)',
  );
});

test('host arrays have as many numbers as the place', () => {
  expect(() => checkLength('write', [2, 3], 6)).not.toThrow();
  expect(() => checkLength('write', [2, 3], 5)).toThrow('write: a place of shape [2, 3] holds 6, got 5');
});
