/** What people rely on who train in Pong: its frames, its rules, who wins, and the preprocessing. */
import { ConfigError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import {
  dynamicsEnvironment,
  makeEnvironment,
  makeVectorEnvironment,
  pong,
  pongDifference,
  pongStack,
  transformAction,
  multiBinary,
  type Dynamics,
  type Environment,
  type Numbers,
  type PongOptions,
} from '../index.ts';
import {
  ballX,
  ballY,
  opponentScore,
  playerScore,
  playerY,
  playStep,
  newGame,
  rowSize,
  viewSize,
  history,
} from './game.ts';

const [noop, fire, up, down, upFire, downFire] = [0, 1, 2, 3, 4, 5];
const exact: PongOptions = { frameSkip: 1, repeatActionProbability: 0 };
const environment = (options: PongOptions) =>
  dynamicsEnvironment('Pong', pong(options)) as Environment<Numbers, number | Numbers>;

/** Plays a game; returns points of the player and of the opponent. */
function game(options: PongOptions, seed: number, act: (frame: Numbers) => number) {
  const played = environment(options);
  let { observation } = played.reset({ seed });
  const points = { player: 0, opponent: 0 };
  for (;;) {
    const result = played.step(act(observation));
    observation = result.observation;
    points[result.reward > 0 ? 'player' : 'opponent'] += Math.abs(result.reward);
    if (result.terminated) return points;
  }
}

/** Whether two arrays of numbers are the same; jest takes long for images. */
function same(left: Numbers, right: Numbers): boolean {
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return left.length === right.length;
}

const column = (frame: Numbers, x: number, colour: readonly number[]): number[] =>
  Array.from({ length: 160 }, (_, i) => 34 + i).filter((y) =>
    colour.every((number, c) => frame[(y * 160 + x) * 3 + c] === number),
  );

/** Top left corner of the ball as it is seen in a frame. */
function findBall(frame: Numbers): { x: number; y: number } | undefined {
  for (let i = 34 * 160; i < 194 * 160; i++) {
    if (frame[3 * i] === 236) return { x: i % 160, y: Math.floor(i / 160) };
  }
  return undefined;
}

/** Goes to where the ball will be at the paddle, by what two frames show, with the button pressed. */
function tracker(frameSkip: number) {
  let before: ReturnType<typeof findBall>;
  return (frame: Numbers): number => {
    const ball = findBall(frame);
    let target = 114;
    if (ball !== undefined && before !== undefined && ball.x > before.x) {
      const slope = (ball.y - before.y) / (ball.x - before.x);
      const y = ball.y + slope * (138 - ball.x) - 34;
      const folded = ((y % 312) + 312) % 312; // up and down between 0 and 156
      target = 34 + Math.min(folded, 312 - folded) + 2;
    }
    before = ball;
    const distance = target - (column(frame, 140, [92, 186, 92])[0]! + 7.5);
    if (Math.abs(distance) <= 1.5 * frameSkip) return fire;
    return distance < 0 ? upFire : downFire;
  };
}

describe('who wins', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])('a still player loses 0:21, seed %d', (seed) => {
    const still = () => noop;
    expect(game({ observation: 'difference' }, seed, still)).toEqual({ player: 0, opponent: 21 });
    expect(game({ ...exact, observation: 'difference' }, seed, still)).toEqual({ player: 0, opponent: 21 });
  });

  test.each([0, 1])('a perfect tracker wins 21:0, seed %d', (seed) => {
    expect(game({ ...exact, frameSkip: 4 }, seed, tracker(4))).toEqual({ player: 21, opponent: 0 });
  });
});

describe('the frame', () => {
  test('has the objects of the Atari game at their places, in their colours', () => {
    const played = environment(exact);
    const { observation } = played.reset({ seed: 0 });
    expect(played.observationSpace).toMatchObject({ shape: [210, 160, 3], dtype: 'uint8' });
    const range = (start: number, length: number) => Array.from({ length }, (_, i) => start + i);
    for (const x of [16, 19]) expect(column(observation, x, [213, 130, 74])).toEqual(range(106, 15));
    for (const x of [140, 143]) expect(column(observation, x, [92, 186, 92])).toEqual(range(106, 15));
    for (const x of [15, 20, 139, 144]) expect(column(observation, x, [144, 72, 17])).toHaveLength(160);
    const pixel = (x: number, y: number) => [0, 1, 2].map((c) => observation[(y * 160 + x) * 3 + c]);
    for (const y of [24, 33, 194, 209]) expect(pixel(80, y)).toEqual([236, 236, 236]);
    for (const y of [0, 23, 34, 193]) expect(pixel(80, y)).toEqual([144, 72, 17]);

    let shown = observation;
    for (let i = 0; i < 32; i++) shown = played.step(noop).observation; // the pause before the serve
    expect(findBall(shown)).toMatchObject({ x: 79 });
    expect(column(shown, 80, [236, 236, 236])).toHaveLength(4);
    expect(column(shown, 81, [236, 236, 236])).toHaveLength(0);
    shown = played.step(up).observation;
    expect(findBall(shown)).toMatchObject({ x: 81 });
    expect(column(shown, 140, [92, 186, 92])[0]).toBe(103);
  });

  test('is the same for the same seed, and another for another', () => {
    const course = (seed: number) => {
      const played = environment({});
      const random = generator(1);
      played.reset({ seed });
      return Array.from({ length: 20 }, () => played.step(random.integers(0, 6)).observation);
    };
    const [first, again, other] = [course(5), course(5), course(6)];
    expect(first.every((frame, i) => same(frame, again[i]!))).toBe(true);
    expect(first.every((frame, i) => same(frame, other[i]!))).toBe(false);
  });
});

describe('the rules', () => {
  /** The ball two pixels in front of the player's paddle, `offset` above or below its middle; then one frame. */
  const hit = (offset: number, action: number, speed = 2) => {
    const state = new Float64Array(rowSize);
    newGame(state, 0, 1);
    const velocity = viewSize * history;
    for (let i = 0; i < 32; i++) playStep(state, 0, noop, 1, 0);
    state[ballX] = 137;
    state[ballY] = state[playerY]! + 7.5 + offset - 2;
    state[velocity] = speed;
    state[velocity + 1] = 0;
    playStep(state, 0, action, 1, 0);
    return { across: state[velocity], vertical: state[velocity + 1] };
  };
  test.each([
    [-9, -2],
    [-5, -1],
    [0, 0],
    [5, 1],
    [9, 2],
  ])('a ball that comes %d pixels from the middle of the paddle leaves by %d', (offset, vertical) => {
    // The `+ 0` turns −0 into 0.
    expect(hit(offset, noop).vertical! + 0).toBe(vertical);
    expect(hit(offset, noop).across).toBe(-2);
    expect(hit(offset, fire).vertical! + 0).toBe(2 * vertical);
    expect(hit(offset, fire).across).toBe(-3);
  });

  test('an action is repeated as often as is said', () => {
    const repeated = (repeatActionProbability: number): number => {
      const state = new Float64Array(rowSize);
      let count = 0;
      for (let i = 0; i < 2000; i++) {
        if (i % 1000 === 0) newGame(state, 0, i);
        const before = state[playerY]!;
        const action = i % 2 === 0 ? up : down;
        playStep(state, 0, action, 1, repeatActionProbability);
        if (Math.sign(state[playerY]! - before) !== (action === up ? -1 : 1)) count++;
      }
      return count / 2000;
    };
    expect(repeated(0)).toBe(0);
    expect(repeated(1)).toBe(1);
    // The player goes the wrong way after an odd number of repetitions: p (1 − p) (1 + p² + p⁴ …) = p / (1 + p).
    expect(Math.abs(repeated(0.25) - 0.2)).toBeLessThan(0.03); // three standard deviations
  });

  test('the switch goes up with 1 and down with 0', () => {
    const moved = [[1], [0]].map((action) => {
      const played = environment({ ...exact, actions: 'upDown' });
      played.reset({ seed: 0 });
      return column(played.step(action).observation, 140, [92, 186, 92])[0];
    });
    expect(moved).toEqual([103, 109]);
  });
});

describe.each<[string, PongOptions, (inner: Environment<Numbers>) => Environment<Numbers>]>([
  ['difference', { observation: 'difference' }, pongDifference],
  ['stack', { observation: 'stack' }, (inner) => pongStack(inner, 3)],
  ['stack of 42 × 42', { observation: 'stack', stackSide: 42 }, (inner) => pongStack(inner, 3, 42)],
])('the %s written straight from the game', (_, options, wrapper) => {
  const frames = options.observation === 'difference' ? 3 : 1;

  /** Games that stand at 20:20, so that the next point is the last. */
  const lastPoint = (dynamics: Dynamics): Dynamics => ({
    ...dynamics,
    reset(random, state, row) {
      dynamics.reset(random, state, row);
      for (let view = 0; view < history; view++) {
        state[row * rowSize + view * viewSize + opponentScore] = 20;
        state[row * rowSize + view * viewSize + playerScore] = 20;
      }
    },
  });
  test.each<[string, (dynamics: Dynamics) => Dynamics, number, number]>([
    ['from the start', (dynamics) => dynamics, 40, 4],
    ['to the end', lastPoint, 60, 5],
  ])('equals that of the wrappers, %s', (_, change, steps, seed) => {
    const direct = dynamicsEnvironment('direct', change(pong({ ...options, frameSkip: 3 })));
    const wrapped = wrapper(dynamicsEnvironment('wrapped', change(pong({ frameSkip: frames }))));
    expect(direct.observationSpace).toEqual({ ...wrapped.observationSpace, toString: expect.any(Function) });
    const random = generator(seed);
    expect(same(direct.reset({ seed }).observation, wrapped.reset({ seed }).observation)).toBe(true);
    let ended = false;
    for (let step = 0; step < steps && !ended; step++) {
      const action = random.integers(0, 6);
      const [mine, theirs] = [direct.step(action), wrapped.step(action)];
      expect(same(mine.observation, theirs.observation)).toBe(true);
      expect(mine).toMatchObject({ reward: theirs.reward, terminated: theirs.terminated });
      ended = mine.terminated;
    }
    expect(ended).toBe(change === lastPoint);
  });
});

test("the lecture's 6400 numbers and one switch can be had from wrappers alone", () => {
  const inner = environment({ repeatActionProbability: 0 });
  const wrapped = transformAction(
    pongDifference(inner),
    (switches: Numbers) => 3 - switches[0]!,
    multiBinary(1),
  );
  const direct = makeEnvironment('PongDifference-v5', { options: { repeatActionProbability: 0 } });
  wrapped.reset({ seed: 0 });
  direct.reset({ seed: 0 });
  expect(same(wrapped.step([1]).observation, direct.step([1]).observation as Numbers)).toBe(true);
});

test('PongStack-v4 is PongNoFrameskip-v4 behind the wrapper', () => {
  const direct = makeEnvironment('PongStack-v4');
  const wrapped = pongStack(makeEnvironment('PongNoFrameskip-v4') as Environment<Numbers, number>);
  direct.reset({ seed: 6 });
  wrapped.reset({ seed: 6 });
  const random = generator(7);
  for (let step = 0; step < 40; step++) {
    const action = random.integers(0, 6);
    const [mine, theirs] = [direct.step(action), wrapped.step(action)];
    expect(same(mine.observation as Numbers, theirs.observation)).toBe(true);
  }
});

test('copies step in place: each row is the game of its own seed', () => {
  const vector = makeVectorEnvironment('PongStack-v5', { count: 2 });
  const single = makeEnvironment('PongStack-v5');
  vector.reset(3);
  single.reset({ seed: 4 });
  for (let step = 0; step < 30; step++) {
    vector.step(Float32Array.of(up, down));
    const row = vector.observations.subarray(4 * 84 * 84);
    expect(same(row, single.step(down).observation as Numbers)).toBe(true);
  }
});

test.each<[object, string]>([
  [{ frameSkip: 0 }, 'expected frameSkip to be a whole number ≥ 1, got 0'],
  [{ repeatActionProbability: 1.5 }, 'expected repeatActionProbability from 0 to 1, got 1.5'],
  [{ observation: 'ram' }, 'expected observation rgb, difference or stack, got ram'],
  [{ stackSide: 0 }, 'expected stackSide to be a whole number from 1 to 160, got 0'],
  [{ actions: 'all' }, 'expected actions minimal or upDown, got all'],
])('%j is refused', (options, message) => {
  expect(() => pong(options)).toThrow(ConfigError);
  expect(() => pong(options)).toThrow(message);
});

test('only frames of Pong are made into its differences', () => {
  const cartPole = makeEnvironment('CartPole-v1') as Environment<Numbers>;
  expect(() => pongDifference(cartPole)).toThrow('expected frames [210, 160, 3], got [4]');
  expect(() => pongStack(cartPole)).toThrow('expected images');
});
