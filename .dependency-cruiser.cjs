/**
 * The import directions of the architecture (README, "The rooms"). An arrow points down only:
 * apps → families → training → environments → core, and backends → onnx → core.
 */

const families = 'reinforce|actor-critic|trust-region|deterministic|maximum-entropy|multi-agent|value-based';
const tests = '\\.test\\.ts$';

/** Packages a package may import; itself is always allowed. Everything else that is ours is forbidden to it. */
const mayImport = {
  core: [],
  environments: ['core'],
  onnx: ['core'],
  recording: ['core', 'environments'],
  'environments-python': ['core', 'environments'],
  'backend-[^/]+': ['core', 'onnx'],
  training: ['core', 'environments', 'onnx'],
  [families]: ['core', 'environments', 'training'],
};

const directions = Object.entries(mayImport).map(([from, to]) => ({
  name: `directions: ${from}`,
  comment: `packages/${from} may import of ours only: ${to.join(', ') || 'nothing'}. A shared need moves down.`,
  severity: 'error',
  from: { path: `^packages/(${from})/src/`, pathNot: tests },
  to: {
    path: '^(packages|apps|tools)/',
    // $1 is the importing package itself: families do not import each other.
    pathNot: ['^packages/$1/', ...to.map((name) => `^packages/${name}/`)],
  },
}));

module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'environments take two rooms of core',
      comment: 'environments speak typed arrays, not tensors: only core/random and core/errors.',
      severity: 'error',
      from: { path: '^packages/environments/src/', pathNot: tests },
      to: { path: '^packages/core/src/', pathNot: '^packages/core/src/(random/|errors\\.ts$)' },
    },
    {
      name: 'tests import no app',
      comment: 'A test may use any package (a backend, say), but no app.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'tensor below nn and optim',
      comment: 'Inside core: tensor and backend ← nn, optim ← reference, conformance.',
      severity: 'error',
      from: { path: '^packages/core/src/(tensor|backend|random)/', pathNot: tests },
      to: { path: '^packages/core/src/(nn|optim|reference|conformance)/' },
    },
    {
      name: 'no input or output below training',
      comment: 'core and environments run in a browser: no node module, no dependency.',
      severity: 'error',
      from: { path: '^packages/(core|environments)/src/', pathNot: tests },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer'] },
    },
    {
      name: 'training is browser-safe but for run and a3c',
      comment:
        'Only training/run touches files, and A3C starts threads; the rest of training and the families run in a browser.',
      severity: 'error',
      from: {
        path: `^packages/(training|${families})/src/`,
        pathNot: [tests, '^packages/training/src/run/', '^packages/actor-critic/src/a3c/'],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no cycles',
      comment: 'Two files that need each other are one subject, or share a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no unresolved imports',
      comment: 'The import leads nowhere: a typo, or a dependency missing from package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|site)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@ascent-rl/source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
};
