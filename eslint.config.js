/** Correctness rules with types, and the house rules that a syntax pattern can state. */
import tseslint from 'typescript-eslint';

/** House rules; each message says what to do instead. */
const house = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'No default exports: a name is the same wherever it is used.',
  },
  {
    selector: 'ClassDeclaration[superClass]:not([superClass.name=/Error$/])',
    message: 'No inheritance, errors excepted: compose functions and records.',
  },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'No unseeded randomness: take a generator from @ascent-rl/core/random.',
  },
];

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.nx/', 'apps/docs/site/', 'runs/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'no-restricted-syntax': ['error', ...house],
      'max-lines': ['error', 300],
      eqeqeq: 'error',
      'prefer-const': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  { files: ['**/*.test.ts'], rules: { 'max-lines': ['error', 500] } },
);
