/** A module hook: our packages resolve to their sources, as `node --conditions=@ascent-rl/source` would do. */
export function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier, { ...context, conditions: [...context.conditions, '@ascent-rl/source'] });
}
