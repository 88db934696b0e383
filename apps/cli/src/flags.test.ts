import { Command } from 'commander';
import { z } from 'zod';
import { flagOf, givenHyperparameters, hyperparameterOptions } from './flags.ts';

const schema = z.strictObject({
  learningRate: z.number().positive().default(3e-4).describe('step size α'),
  environments: z.int().min(1).default(1).describe('copies'),
  discount: z.number().min(0).max(1).default(0.99).describe('discount γ'),
  targetKl: z.number().positive().nullable().default(null).describe('where to stop; null: nowhere'),
  hiddenSizes: z.array(z.int().min(1)).default([64, 64]).describe('sizes'),
  activation: z.enum(['tanh', 'relu']).default('tanh').describe('activation'),
  normalizeAdvantage: z.boolean().default(true).describe('whether to standardize'),
});

function command(): Command {
  const result = new Command('x').exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of hyperparameterOptions(schema)) result.addOption(option);
  return result;
}

function given(...flags: string[]): Record<string, unknown> {
  return givenHyperparameters(schema, command().parse(flags, { from: 'user' }).opts());
}

test('a flag is its field in kebab case', () => {
  expect(flagOf('initialLogStandardDeviation')).toBe('--initial-log-standard-deviation');
});

test.each([
  [['--learning-rate', '1e-3'], { learningRate: 0.001 }],
  [['--learning-rate', '-1'], { learningRate: -1 }], // the schema refuses it, with its range
  [['--learning-rate=2'], { learningRate: 2 }],
  [['--envs', '8'], { environments: 8 }],
  [['--environments', '100_000'], { environments: 100_000 }],
  [['--target-kl', 'none'], { targetKl: null }],
  [['--target-kl', '0.01'], { targetKl: 0.01 }],
  [['--hidden-sizes', '32,16'], { hiddenSizes: [32, 16] }],
  [['--hidden-sizes', ''], { hiddenSizes: [] }],
  [['--activation', 'relu'], { activation: 'relu' }],
  [['--normalize-advantage'], { normalizeAdvantage: true }],
  [['--no-normalize-advantage'], { normalizeAdvantage: false }],
  [[], {}],
])('%j means %j', (flags, values) => {
  expect(given(...flags)).toEqual(values);
});

test.each([
  [['--learning-rate', 'fast'], /--learning-rate.*fast.*Expected a finite number/],
  [['--learning-rate', 'NaN'], /Expected a finite number/],
  [['--learning-rate', 'Infinity'], /Expected a finite number/],
  [['--learning-rate', ''], /Expected a finite number/],
  [['--learning-rate'], /argument missing/],
  [['--hidden-sizes', '32,'], /Expected a finite number/],
  [['--learning-rate', 'none'], /Expected a finite number/],
  [['--activation', 'sine'], /Expected one of tanh, relu/],
  [['--learnin-rate', '1'], /Did you mean --learning-rate/],
])('%j is refused', (flags, message) => {
  expect(() => given(...flags)).toThrow(message);
});

test('help tells meaning, range and default of every field', () => {
  const help = command()
    .helpInformation()
    .replaceAll(/\s+/g, ' ')
    .replace(/^.*Hyper-parameters: /, '');
  for (const line of [
    '--learning-rate <number> step size α (> 0; default 0.0003)',
    '--envs, --environments <number> copies (≥ 1; default 1)',
    '--discount <number> discount γ (≥ 0, ≤ 1; default 0.99)',
    '--target-kl <number> where to stop; none: nowhere (> 0; default none)',
    '--hidden-sizes <number,…> sizes (≥ 1; default 64,64)',
    '--activation <tanh|relu> activation (default tanh)',
    '--[no-]normalize-advantage whether to standardize (default on)',
  ]) {
    expect(help).toContain(line);
  }
});
