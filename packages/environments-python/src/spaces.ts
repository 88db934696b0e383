/** Spaces as the Python end describes them. */
import {
  box,
  dict,
  discrete,
  multiBinary,
  multiDiscrete,
  tuple,
  type BoxType,
  type Space,
} from '@ascent-rl/environments';

/** A space as plain data; limits are float64 in base 64. */
export type SpaceData =
  | {
      readonly kind: 'Box';
      readonly shape: readonly number[];
      readonly dtype: BoxType;
      readonly low: string;
      readonly high: string;
    }
  | { readonly kind: 'Discrete'; readonly n: number; readonly start: number }
  | { readonly kind: 'MultiDiscrete'; readonly nvec: readonly number[] }
  | { readonly kind: 'MultiBinary'; readonly n: number }
  | { readonly kind: 'Dict'; readonly spaces: readonly (readonly [string, SpaceData])[] }
  | { readonly kind: 'Tuple'; readonly spaces: readonly SpaceData[] };

/** The space. */
export function spaceOf(data: SpaceData): Space {
  switch (data.kind) {
    case 'Box': {
      const { shape, dtype } = data;
      return box({ low: numbersOf(data.low), high: numbersOf(data.high), shape, dtype });
    }
    case 'Discrete':
      return discrete(data.n, data.start);
    case 'MultiDiscrete':
      return multiDiscrete(data.nvec);
    case 'MultiBinary':
      return multiBinary(data.n);
    case 'Dict':
      return dict(Object.fromEntries(data.spaces.map(([name, space]) => [name, spaceOf(space)])));
    case 'Tuple':
      return tuple(data.spaces.map(spaceOf));
  }
}

function numbersOf(text: string): Float64Array {
  return new Float64Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
