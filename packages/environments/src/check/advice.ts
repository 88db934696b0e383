/** Advice: what is allowed in an environment, and makes learning harder than it needs to be. */
import type { Environment } from '../environment.ts';
import type { Box, Space } from '../spaces/types.ts';

/** Sentences on the spaces of an environment; none when there is nothing to say. */
export function adviseOnSpaces({ observationSpace, actionSpace }: Environment): readonly string[] {
  return [...boxes(actionSpace).flatMap(adviseOnActions), ...boxes(observationSpace).flatMap(adviseOnImages)];
}

function boxes(space: Space): readonly Box[] {
  if (space.kind === 'Box') return [space];
  return space.kind === 'Dict' || space.kind === 'Tuple' ? Object.values(space.spaces).flatMap(boxes) : [];
}

function adviseOnActions({ low, high, ...space }: Box): readonly string[] {
  if (!low.every(Number.isFinite) || !high.every(Number.isFinite)) {
    return [
      `actions in ${String({ ...space, low, high })} have no limits: policies cannot be scaled to them; give limits`,
    ];
  }
  const isSymmetric = low.every((limit, i) => limit === -high[i]!);
  return isSymmetric
    ? []
    : [`actions from ${low[0]} to ${high[0]} are not symmetric: policies start around 0; rescale them to ±1`];
}

function adviseOnImages({ shape, dtype, low, high }: Box): readonly string[] {
  if (shape.length !== 3) return [];
  const isImage =
    dtype === 'uint8' && low.every((limit) => limit === 0) && high.every((limit) => limit === 255);
  return isImage
    ? []
    : [`observations of shape (${shape.join(', ')}) look like images: keep them as uint8 from 0 to 255`];
}
