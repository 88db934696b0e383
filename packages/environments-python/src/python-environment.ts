/** One Gymnasium environment in a Python process. */
import {
  actionSize,
  flattenAction,
  makeEnvironment,
  unflattenAction,
  type Environment,
  type Space,
  type ValueOf,
} from '@ascent-rl/environments';
import { startBridge, type PythonOptions } from './bridge.ts';

/** Options of {@link pythonEnvironment}. */
export interface PythonEnvironmentOptions extends PythonOptions {
  /** Asks for pictures: `render()` gives what the environment draws as `rgb_array`. Default false. */
  readonly render?: boolean;
}

/**
 * An environment by its id in Gymnasium's registry, such as `ALE/Pong-v5`, or `module:Id-v0` for a module that registers
 * it. Its `info` keeps what JSON can hold. Close it in the end.
 *
 * @throws UnsupportedError without Python or a module it needs; EnvironmentError for an unknown id, spaces that Ascent
 *   has not, an environment that raises (with its traceback) or a process that ended.
 */
export function pythonEnvironment(
  id: string,
  { render = false, options, ...rest }: PythonEnvironmentOptions = {},
): Environment {
  const bridge = startBridge(id, {
    ...rest,
    options: { ...options, ...(render && { render_mode: 'rgb_array' }) },
    count: 1,
    autoreset: false,
  });
  const { observationSpace, actionSpace, framesPerSecond } = bridge;
  const actions = new Float64Array(actionSize(actionSpace));
  const observation = (): ValueOf<Space> => unflattenAction(observationSpace, bridge.observations);
  let steps = 0;

  return makeEnvironment(() => ({
    id: `python:${id}`,
    observationSpace,
    actionSpace,
    reset({ seed } = {}) {
      bridge.sendReset(seed);
      bridge.receive('reset');
      steps = 0;
      return { observation: observation(), info: bridge.info };
    },
    step(action) {
      flattenAction(actionSpace, action as ValueOf<Space>, actions);
      bridge.sendStep(actions);
      bridge.receive(`step ${++steps}`);
      const terminated = bridge.terminated[0] === 1;
      return {
        observation: observation(),
        reward: bridge.rewards[0]!,
        terminated,
        truncated: !terminated && bridge.truncated[0] === 1,
        info: bridge.info,
      };
    },
    ...(render && {
      render() {
        const { width, height, data } = bridge.render();
        const pixels = new Uint8ClampedArray(4 * width * height).fill(255);
        for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
          pixels[to] = data[from]!;
          pixels[to + 1] = data[from + 1]!;
          pixels[to + 2] = data[from + 2]!;
        }
        return { width, height, data: pixels };
      },
    }),
    ...(framesPerSecond !== undefined && { framesPerSecond }),
    close: () => bridge.close(),
  }));
}
