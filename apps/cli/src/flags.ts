/** Flags of an algorithm's hyper-parameters, derived from its schema: `learningRate` becomes `--learning-rate`. */
import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';

/** What JSON Schema says of one field, as far as configurations use it. */
interface Field {
  readonly type?: 'number' | 'integer' | 'string' | 'boolean' | 'array' | 'null';
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly items?: Field;
  readonly anyOf?: readonly Field[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

/** Names beside a field's own. */
const shortNames: Readonly<Record<string, string>> = { environments: '--envs' };

const heading = 'Hyper-parameters:';

/** The flags of every field of a schema, with meaning, range and default. */
export function hyperparameterOptions(schema: z.ZodObject): readonly Option[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).flatMap(([name, property]) => optionsOf(name, property as Field));
}

/** Stands for null among a command's option values, where commander would turn null into a text. */
const none = Symbol('none');

/** The fields of a schema that were given as flags, out of all of a command's option values. */
export function givenHyperparameters(
  schema: z.ZodObject,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = Object.entries(values).filter(([name]) => name in schema.shape);
  return Object.fromEntries(given.map(([name, value]) => [name, value === none ? null : value]));
}

/** The flag of a field: `--learning-rate`. */
export function flagOf(field: string): string {
  return `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function optionsOf(name: string, property: Field): readonly Option[] {
  const { field, isNullable } = withoutNull(property);
  const flag = flagOf(name);
  const meaning = (property.description ?? '').replaceAll(/\bnull\b/g, 'none');
  const facts = [rangeOf(field), `default ${textOf(property.default)}`].filter((text) => text !== '');
  const description = `${meaning} (${facts.join('; ')})`;

  if (field.type === 'boolean') {
    const positive = new Option(flag, description).helpGroup(heading);
    positive.flags = flag.replace('--', '--[no-]'); // as help shows it
    return [positive, new Option(flag.replace('--', '--no-')).hideHelp()];
  }
  const flags = [shortNames[name], flag].filter((text) => text !== undefined).join(', ');
  const option = new Option(`${flags} <${placeholder(field)}>`, description).helpGroup(heading);
  return [option.argParser((text) => (isNullable && text === 'none' ? none : parse(field, text)))];
}

function withoutNull(property: Field): { readonly field: Field; readonly isNullable: boolean } {
  const field = property.anyOf?.find(({ type }) => type !== 'null');
  return { field: field ?? property, isNullable: field !== undefined };
}

/** Text → value. Whether it is in range is for the schema to say. */
function parse(field: Field, text: string): unknown {
  switch (field.type) {
    case 'number':
    case 'integer':
      return parseNumber(text);
    case 'array':
      return text === '' ? [] : text.split(',').map((item) => parse(field.items ?? {}, item));
    default:
      if (field.enum && !field.enum.includes(text)) {
        throw new InvalidArgumentError(`Expected one of ${field.enum.join(', ')}.`);
      }
      return text;
  }
}

/** A decimal number, with 1e5 and 100_000 for 100000. */
export function parseNumber(text: string): number {
  const number = Number(text.replaceAll(/(?<=\d)_(?=\d)/g, ''));
  if (text.trim() === '' || !Number.isFinite(number)) {
    throw new InvalidArgumentError('Expected a finite number.');
  }
  return number;
}

function placeholder(field: Field): string {
  if (field.enum) return field.enum.join('|');
  if (field.type === 'array') return `${placeholder(field.items ?? {})},…`;
  return field.type === 'string' ? 'text' : 'number';
}

function rangeOf({ items, ...field }: Field): string {
  if (items) return rangeOf(items);
  const least = field.minimum !== undefined ? `≥ ${field.minimum}` : '';
  const above = field.exclusiveMinimum !== undefined ? `> ${field.exclusiveMinimum}` : '';
  // Whole numbers end where floating point can no longer count; nobody needs to read that.
  const most =
    field.maximum !== undefined && field.maximum < Number.MAX_SAFE_INTEGER ? `≤ ${field.maximum}` : '';
  const below = field.exclusiveMaximum !== undefined ? `< ${field.exclusiveMaximum}` : '';
  return [least, above, most, below].filter((text) => text !== '').join(', ');
}

function textOf(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}

/** A parser of whole numbers from `least` to `most`. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = parseNumber(text);
    if (!Number.isSafeInteger(number) || number < least || number > most) {
      const atMost = most < Number.MAX_SAFE_INTEGER ? ` and ≤ ${most}` : '';
      throw new InvalidArgumentError(`Expected a whole number ≥ ${least}${atMost}.`);
    }
    return number;
  };
}
