/** Pictures of environments: where things must be, by the geometry of the picture. */
import { makeEnvironment, type Environment, type Frame } from '@ascent-rl/environments';
import { drivingPainter, findPainter, type Painter } from '@ascent-rl/environments/rendering';
import { camera, png, rgbArray } from './index.ts';
import { frameCanvas } from './canvas.ts';

/** Red, green and blue of a pixel. */
function pixel({ width, data }: Frame, x: number, y: number): readonly number[] {
  return Array.from(data.slice(4 * (y * width + x), 4 * (y * width + x) + 3));
}

async function picture(
  drawn: string | Painter,
  state: readonly number[],
  action?: readonly number[],
): Promise<Frame> {
  const painter = typeof drawn === 'string' ? findPainter(drawn)! : drawn;
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

// Both links are 1 m, 500 / 4.4 pixels, and turn counterclockwise; 57 pixels are the middle of a link.
test('links of which the first points to the right and the second up', async () => {
  const frame = await picture('Acrobot-v1', [Math.PI / 2, Math.PI / 2, 0, 0]);
  const link = [0, 204, 204];
  expect(pixel(frame, 250 + 57, 250)).toEqual(link);
  expect(pixel(frame, 250 + 114, 250 - 57)).toEqual(link);
  expect(pixel(frame, 250 + 114, 250 + 57)).toEqual(white);
});

// The valley is lowest where cos 3x = 0, at -π/6: 0.1 above the lower edge of 400 pixels, 600 / 1.8 of them to 1.
test.each(['MountainCar-v0', 'MountainCarContinuous-v0'])(
  'the car of %s stands in the valley',
  async (id) => {
    const scale = 600 / 1.8;
    const x = Math.round((1.2 - Math.PI / 6) * scale);
    const y = Math.round(400 - 0.1 * scale);
    const frame = await picture(id, [-Math.PI / 6, 0]);
    expect(pixel(frame, x, y - 20)).toEqual(black);
    expect(pixel(frame, x, y - 32)).toEqual(white);
    // A flag on the goal, 300 pixels are 0.9.
    const goal = id === 'MountainCar-v0' ? 0.5 : 0.45;
    const ground = 400 - (0.45 * Math.sin(3 * goal) + 0.55) * scale;
    const flag = pixel(frame, Math.round((goal + 1.2) * scale) + 5, Math.round(ground - 45));
    expect(flag).toEqual([204, 204, 0]);
  },
);

// Cells are 64 pixels wide; 6 is the third of the second row of four.
test('whoever walks is in their cell', async () => {
  const walker = [204, 102, 0];
  const frame = await picture('FrozenLake-v1', [6, 1]);
  expect([frame.width, frame.height]).toEqual([256, 256]);
  expect(pixel(frame, 2 * 64 + 32, 64 + 32)).toEqual(walker);
  expect(pixel(frame, 32, 32)).not.toEqual(walker);
});

// Number ((row · 5 + column) · 5 + passenger) · 4 + destination, cells of 80 pixels; stand 0 is red, at the top left.
test('the passenger of a taxi waits at a stand, or rides', async () => {
  const person = [200, 40, 40];
  const waiting = await picture('Taxi-v4', [((2 * 5 + 2) * 5 + 0) * 4 + 1, 1]);
  expect(pixel(waiting, 40, 20)).toEqual(person);
  const riding = await picture('Taxi-v4', [((2 * 5 + 2) * 5 + 4) * 4 + 1, 1]);
  expect(pixel(riding, 40, 20)).not.toEqual(person);
  expect(pixel(riding, 2 * 80 + 40, 2 * 80 + 40)).toEqual(person);
});

// 5 pixels a metre; lanes are 4 m wide and our car's place is at (200, 520).
test('cars are where they drive: ahead in our lane, oncoming to its left', async () => {
  const straight = [0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0];
  const frame = await picture(drivingPainter({ curvature: 0 }), [
    ...straight,
    20,
    500,
    500,
    500,
    40,
    500,
    500,
    500,
  ]);
  expect(pixel(frame, 200, 520 + 5)).toEqual([60, 120, 230]);
  expect(pixel(frame, 200, 520 - 100 + 5).every((value) => value >= 200)).toBe(true);
  const [red, green] = pixel(frame, 200 - 20, 520 - 200 - 5);
  expect(red! - green!).toBeGreaterThan(100);
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
