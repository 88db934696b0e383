/** Pictures of environments: where things must be, by the geometry of the picture. */
import { makeEnvironment, type Environment, type Frame } from '@ascent-rl/environments';
import { findPainter } from '@ascent-rl/environments/rendering';
import { camera, png, rgbArray } from './index.ts';
import { frameCanvas } from './canvas.ts';

/** Red, green and blue of a pixel. */
function pixel({ width, data }: Frame, x: number, y: number): readonly number[] {
  return Array.from(data.slice(4 * (y * width + x), 4 * (y * width + x) + 3));
}

async function picture(id: string, state: readonly number[], action?: readonly number[]): Promise<Frame> {
  const painter = findPainter(id)!;
  const canvas = await frameCanvas(painter.width, painter.height);
  painter.paint(canvas.context, { state, action });
  return canvas.read();
}

const white = [255, 255, 255];
const black = [0, 0, 0];
const pole = [202, 152, 101];
const rod = [204, 77, 77];

// 4.8 m are 600 pixels; the pole is 1 m long and turns around a point 7.5 pixels above the wire at y = 300.
test.each([
  ['upright in the middle', [0, 0, 0, 0], [300, 180], [330, 200]],
  ['upright 1.2 m to the right', [1.2, 0, 0, 0], [450, 180], [300, 180]],
  [
    'leaning to the right by 0.2 rad',
    [0, 0, 0.2, 0],
    [300 + 100 * Math.sin(0.2), 292.5 - 100 * Math.cos(0.2)],
    [300, 180],
  ],
])('a pole %s', async (_, state, [poleX, poleY], [freeX, freeY]) => {
  const frame = await picture('CartPole-v1', state);
  expect([frame.width, frame.height]).toEqual([600, 400]);
  expect(pixel(frame, Math.round(poleX!), Math.round(poleY!))).toEqual(pole);
  expect(pixel(frame, freeX!, freeY!)).toEqual(white);
  expect(pixel(frame, 300 + 125 * state[0]! - 20, 310)).toEqual(black);
});

// 4.4 m are 500 pixels, the rod is 1 m long, and its angle is counted counterclockwise from upright.
test.each([
  ['up', 0, [250, 170]],
  ['to the left', Math.PI / 2, [170, 250]],
  ['down', Math.PI, [250, 330]],
])('a rod that points %s', async (_, angle, [x, y]) => {
  const frame = await picture('Pendulum-v1', [angle, 0]);
  expect(pixel(frame, x!, y!)).toEqual(rod);
  expect(pixel(frame, 500 - x!, 500 - y!)).toEqual(white);
  expect(pixel(frame, 250, 250)).toEqual(black);
});

test('a torque is an arrow, as large as the torque and in its direction', async () => {
  const dark = ({ data }: Frame): { count: number; left: number } => {
    let [count, left] = [0, 0];
    for (let y = 260; y < 500; y++) {
      for (let x = 0; x < 500; x++) {
        if (data[4 * (500 * y + x)] !== 0) continue;
        count += 1;
        left += x < 250 ? 1 : 0;
      }
    }
    return { count, left: left / count };
  };
  const strong = dark(await picture('Pendulum-v1', [0, 0], [2]));
  const weak = dark(await picture('Pendulum-v1', [0, 0], [1]));
  const other = dark(await picture('Pendulum-v1', [0, 0], [-2]));
  expect(strong.count).toBeGreaterThan(2 * weak.count);
  // The head is at the lower left for a counterclockwise torque, which is a positive one.
  expect(strong.left).toBeGreaterThan(0.6);
  expect(other.left).toBeLessThan(0.4);
});

test('a camera sees the environment as it moves', async () => {
  const environment = makeEnvironment('CartPole-v1');
  const { framesPerSecond, shoot } = await camera(environment);
  expect(framesPerSecond).toBe(50);
  environment.reset({ seed: 0 });
  const before = shoot();
  expect(Buffer.from(shoot().data).equals(Buffer.from(before.data))).toBe(true);
  for (let i = 0; i < 5; i++) environment.step(1);
  expect(Buffer.from(shoot([1]).data).equals(Buffer.from(before.data))).toBe(false);
});

const drawsItself: Environment = {
  ...makeEnvironment('CartPole-v1'),
  id: 'drawn',
  framesPerSecond: 12,
  render: () => ({ width: 1, height: 1, data: Uint8ClampedArray.of(1, 2, 3, 255) }),
};

test('an environment without a painter draws itself, or cannot be seen', async () => {
  const { framesPerSecond, shoot } = await camera(drawsItself);
  expect(framesPerSecond).toBe(12);
  expect(Array.from(shoot().data)).toEqual([1, 2, 3, 255]);
  const { render: _, ...unseen } = drawsItself;
  await expect(camera(unseen)).rejects.toThrow(
    /drawn: expected an environment with a painter or a render\(\)/,
  );
});

test('an rgb_array has three bytes a pixel, and a PNG the size of its frame', async () => {
  const frame: Frame = { width: 2, height: 1, data: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255) };
  expect(Array.from(rgbArray(frame))).toEqual([1, 2, 3, 4, 5, 6]);
  const file = Buffer.from(await png(frame));
  expect(file.toString('latin1', 1, 4)).toBe('PNG');
  expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([2, 1]); // of the header chunk
});
