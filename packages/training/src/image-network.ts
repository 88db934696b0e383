/**
 * Networks that see images: filters that find features, then a dense layer over all of them. Activations are
 * max(x, 0), whole numbers from 0 to 255 become numbers from 0 to 1 unless they come normalized.
 *
 *   nature   32 filters 8×8, stride 4 · 64 of 4×4, stride 2 · 64 of 3×3 → 512   (Mnih et al. 2015)
 *   small    16 filters 8×8, stride 4 · 32 of 4×4, stride 2 → 256              (Mnih et al. 2013)
 *
 * Shapes: B rows, S numbers in an observation, F features.
 */
import { relu } from '@ascent-rl/core';
import { ConfigError } from '@ascent-rl/core/errors';
import {
  convolution,
  linear,
  sequential,
  stateless,
  type LayerOptions,
  type Module,
} from '@ascent-rl/core/nn';
import type { Box, Space } from '@ascent-rl/environments';

/** Filters [count, size, stride] of each layer, and how many features they lead to. */
const architectures = {
  nature: {
    filters: [
      [32, 8, 4],
      [64, 4, 2],
      [64, 3, 1],
    ],
    features: 512,
  },
  small: {
    filters: [
      [16, 8, 4],
      [32, 4, 2],
    ],
    features: 256,
  },
} as const;

/** Name of an architecture. */
export type ImageNetworkName = keyof typeof architectures;

/** The names of the architectures. */
export const imageNetworkNames = Object.keys(architectures) as [ImageNetworkName, ...ImageNetworkName[]];

/** A network from flat observations [B, S] to features [B, F]. */
export interface ImageNetwork extends Module {
  /** F */
  readonly features: number;
}

/** How weights start, and what images are like. */
export interface ImageNetworkOptions extends LayerOptions {
  /** Whether images come normalized, and not as bytes. Default false. */
  readonly normalized?: boolean;
}

/** What sees the observations of a space before dense layers do: a network where they are images, else nothing. */
export function eyesFor(
  space: Space,
  name: ImageNetworkName | 'none',
  options: ImageNetworkOptions,
): ImageNetwork | undefined {
  return name !== 'none' && isImage(space) ? imageNetwork(space, name, options) : undefined;
}

/** Whether a space holds images: a Box of three axes of bytes, of which the shortest, first or last, are channels. */
export function isImage(space: Space): space is Box {
  return space.kind === 'Box' && space.dtype === 'uint8' && space.shape.length === 3;
}

/**
 * The network for a space of images.
 *
 * @throws ConfigError for images that are smaller than the filters reach.
 */
export function imageNetwork(
  space: Box,
  name: ImageNetworkName,
  { normalized = false, ...start }: ImageNetworkOptions,
): ImageNetwork {
  const { filters, features } = architectures[name];
  const channelsLast = space.shape[2]! < space.shape[0]!;
  const [height, width, channels] = channelsLast
    ? (space.shape as [number, number, number])
    : [space.shape[1]!, space.shape[2]!, space.shape[0]!];
  const remaining = (length: number): number =>
    filters.reduce((left, [, size, stride]) => Math.floor((left - size) / stride) + 1, length);
  const positions = [remaining(height), remaining(width)] as const;
  if (Math.min(...positions) < 1) {
    throw new ConfigError(
      `imageNetwork: expected images that the filters of "${name}" fit into, got ${height} × ${width}; enlarge them, or ` +
        'set imageNetwork to "none"',
    );
  }

  const layers = filters.flatMap<Module>(([count, size, stride], i) => [
    convolution(i === 0 ? channels : filters[i - 1]![0], count, size, { stride, ...start }),
    stateless(relu),
  ]);
  const seen = sequential([
    stateless((x) => {
      const image = (normalized ? x : x.mul(1 / 255)).reshape([x.shape[0]!, ...space.shape]);
      return channelsLast ? image.permute([0, 3, 1, 2]) : image;
    }),
    ...layers,
    stateless((x) => x.reshape([x.shape[0]!, -1])),
    linear(filters.at(-1)![0] * positions[0] * positions[1], features, start),
    stateless(relu),
  ]);
  return { ...seen, features };
}
