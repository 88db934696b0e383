/** TransformAction: actions changed by a function before the environment takes them. */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Environment } from '../environment.ts';
import { unflattenAction } from '../spaces/space.ts';
import type { Box, Numbers, Space } from '../spaces/types.ts';
import { expectLength, type VectorEnvironment } from '../vector/vector-environment.ts';
import { isVector, wrap, wrapVector } from './wrap.ts';

/** An environment that takes actions of `actionSpace` and hands on what `transform` makes of them. */
export function transformAction<Observation, Action, Given = Action>(
  environment: Environment<Observation, Action>,
  transform: (action: Given) => Action,
  actionSpace: Space,
): Environment<Observation, Given> {
  return wrap(environment as Environment, {
    actionSpace,
    reset: (options) => environment.reset(options),
    step: (action: Given) => environment.step(transform(action)),
  });
}

/** The space of an environment whose actions are real numbers; raises ConfigError for others. */
export function boxActions(wrapper: string, { actionSpace }: { readonly actionSpace: Space }): Box {
  if (actionSpace.kind === 'Box') return actionSpace;
  throw new ConfigError(`${wrapper}: expected actions of a Box, got ${String(actionSpace)}`);
}

/** An environment, or copies, whose Box actions go through `map` one number at a time. */
export function mapActions(
  environment: Environment | VectorEnvironment,
  actionSpace: Box,
  map: (value: number, index: number) => number,
): Environment | VectorEnvironment {
  const size = actionSpace.low.length;
  if (isVector(environment)) {
    const mapped = new Float32Array(environment.count * size);
    return wrapVector(environment, {
      actionSpace,
      step(actions) {
        expectLength(environment.id, 'actions', actions, mapped.length);
        for (let i = 0; i < mapped.length; i++) mapped[i] = map(actions[i]!, i % size);
        environment.step(mapped);
      },
    });
  }
  const inner = environment.actionSpace;
  const transform = (action: Numbers): unknown =>
    unflattenAction(
      inner,
      Float64Array.from({ length: size }, (_, i) => map(action[i]!, i)),
    );
  return transformAction<unknown, unknown, never>(environment, transform, actionSpace);
}
