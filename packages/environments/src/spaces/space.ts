/** Functions on spaces of any kind, and the kinds that are made of others: Dict and Tuple. */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Generator } from '@ascent-rl/core/random';
import { box, boxRules } from './box.ts';
import { discreteRules, multiBinaryRules, multiDiscreteRules } from './choices.ts';
import { describe, type SpaceRules } from './rules.ts';
import type { Dict, Numbers, Space, Tuple, ValueOf, WritableNumbers } from './types.ts';

/**
 * A space of named parts.
 *
 * @throws ConfigError for a name that is a whole number: JavaScript lists those of an object first, in their own order.
 */
export function dict(spaces: Readonly<Record<string, Space>>): Dict {
  const index = Object.keys(spaces).find((name) => /^(0|[1-9]\d*)$/.test(name));
  if (index !== undefined) {
    throw new ConfigError(
      `dict: expected names that are no whole numbers, got "${index}"; call it part${index}`,
    );
  }
  const sorted = Object.fromEntries(Object.entries(spaces).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const text = Object.entries(sorted).map(([name, space]) => `'${name}': ${String(space)}`);
  return { kind: 'Dict', spaces: sorted, toString: () => `Dict(${text.join(', ')})` };
}

/** A space of ordered parts. */
export function tuple(spaces: readonly Space[]): Tuple {
  return { kind: 'Tuple', spaces, toString: () => `Tuple(${spaces.map(String).join(', ')})` };
}

/** The space of values of the same form, in which numbers have no limits and any precision. */
export function withoutLimits(space: Space): Space {
  switch (space.kind) {
    case 'Box':
      return box({ low: -Infinity, high: Infinity, shape: space.shape, dtype: 'float64' });
    case 'Dict':
      return dict(
        Object.fromEntries(Object.entries(space.spaces).map(([name, part]) => [name, withoutLimits(part)])),
      );
    case 'Tuple':
      return tuple(space.spaces.map(withoutLimits));
    default:
      return space;
  }
}

/** A part of a composite space, with the name that messages use. */
interface Part {
  readonly key: string;
  readonly space: Space;
  readonly label: string;
}

/** The rules of a space made of parts: each part's rules, one after the other. */
function composite<S extends Dict | Tuple>(
  partsOf: (space: S) => readonly Part[],
  isValue: (value: unknown, parts: readonly Part[]) => boolean,
  assemble: (values: [string, unknown][]) => ValueOf<S>,
): SpaceRules<S> {
  const read = (value: ValueOf<S>, key: string): never => (value as Record<string, never>)[key]!;
  const total = (space: S, size: (part: Space) => number): number =>
    partsOf(space).reduce((sum, part) => sum + size(part.space), 0);
  /** Visits the parts with the offset of each. */
  const walk = <T>(
    space: S,
    offset: number,
    size: (part: Space) => number,
    visit: (part: Part, at: number) => T,
  ): T[] => {
    let at = offset;
    return partsOf(space).map((part) => {
      const result = visit(part, at);
      at += size(part.space);
      return result;
    });
  };
  return {
    flatSize: (space) => total(space, flatSize),
    actionSize: (space) => total(space, actionSize),
    sample: (space, random) =>
      assemble(partsOf(space).map(({ key, space: part }) => [key, sample(part, random)])),
    violation(space, value, name) {
      const parts = partsOf(space);
      if (!isValue(value, parts)) return `${name} = ${describe(value)}`;
      for (const { key, space: part, label } of parts) {
        const problem = violation(part, read(value as ValueOf<S>, key), name + label);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
    flatten: (space, value, into, offset) =>
      void walk(space, offset, flatSize, (part, at) =>
        flattenInto(part.space, read(value, part.key), into, at),
      ),
    unflatten: (space, flat, offset) =>
      assemble(walk(space, offset, flatSize, (part, at) => [part.key, unflatten(part.space, flat, at)])),
    flattenAction: (space, action, into, offset) =>
      void walk(space, offset, actionSize, (part, at) =>
        flattenAction(part.space, read(action, part.key), into, at),
      ),
    unflattenAction: (space, numbers, offset) =>
      assemble(
        walk(space, offset, actionSize, (part, at) => [part.key, unflattenAction(part.space, numbers, at)]),
      ),
  };
}

/** A kind that is missing here does not compile. */
const rules: { readonly [K in Space['kind']]: SpaceRules<Extract<Space, { kind: K }>> } = {
  Box: boxRules,
  Discrete: discreteRules,
  MultiDiscrete: multiDiscreteRules,
  MultiBinary: multiBinaryRules,
  Dict: composite<Dict>(
    ({ spaces }) => Object.entries(spaces).map(([key, space]) => ({ key, space, label: `.${key}` })),
    (value, parts) =>
      typeof value === 'object' &&
      value !== null &&
      Object.keys(value).length === parts.length &&
      parts.every(({ key }) => key in value),
    (values) => Object.fromEntries(values),
  ),
  Tuple: composite<Tuple>(
    ({ spaces }) => spaces.map((space, i) => ({ key: String(i), space, label: `[${i}]` })),
    (value, parts) => Array.isArray(value) && value.length === parts.length,
    (values) => values.map(([, value]) => value),
  ),
};

const rulesOf = <S extends Space>(space: S): SpaceRules<S> => rules[space.kind] as unknown as SpaceRules<S>;

/** Numbers in a flattened value of the space: a Discrete(n) takes n, as it is flattened to a one-hot vector. */
export function flatSize(space: Space): number {
  return rulesOf(space).flatSize(space);
}

/** Numbers in an action of the space: 1 for Discrete, one a choice for MultiDiscrete, as many as a Box holds. */
export function actionSize(space: Space): number {
  return rulesOf(space).actionSize(space);
}

/** Choices of an action space, those of the parts of a MultiDiscrete one counted together; 0 for one without choices. */
export function choiceCount(space: Space): number {
  if (space.kind === 'Discrete') return space.n;
  return space.kind === 'MultiDiscrete' ? space.nvec.reduce((sum, n) => sum + n, 0) : 0;
}

/** A random value: for Box, Discrete, MultiDiscrete and MultiBinary the one Gymnasium draws from the same stream. */
export function sample<S extends Space>(space: S, random: Generator): ValueOf<S> {
  return rulesOf(space).sample(space, random);
}

/** Whether a value is in the space. Unlike Gymnasium, no space contains infinity: nothing can be learned from it. */
export function contains(space: Space, value: unknown): boolean {
  return violation(space, value, '') === undefined;
}

/** Why a value called `name` is not in the space, such as `observation.speed[2] = NaN`; undefined when it is. */
export function violation(space: Space, value: unknown, name: string): string | undefined {
  return rulesOf(space).violation(space, value, name);
}

/** Writes a value of the space as flat numbers, choices as one-hot vectors, as Gymnasium's `flatten` does. */
export function flattenInto<S extends Space>(
  space: S,
  value: ValueOf<S>,
  into: WritableNumbers,
  offset: number = 0,
): void {
  rulesOf(space).flatten(space, value, into, offset);
}

/** The value that {@link flattenInto} wrote. */
export function unflatten<S extends Space>(space: S, flat: Numbers, offset: number = 0): ValueOf<S> {
  return rulesOf(space).unflatten(space, flat, offset);
}

/** Writes an action as numbers: choices as they are, not as one-hot vectors. */
export function flattenAction<S extends Space>(
  space: S,
  action: ValueOf<S>,
  into: WritableNumbers,
  offset: number = 0,
): void {
  rulesOf(space).flattenAction(space, action, into, offset);
}

/** The action that {@link flattenAction} wrote. */
export function unflattenAction<S extends Space>(space: S, numbers: Numbers, offset: number = 0): ValueOf<S> {
  return rulesOf(space).unflattenAction(space, numbers, offset);
}
