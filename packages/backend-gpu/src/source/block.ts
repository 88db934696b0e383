/**
 * Source text in nested blocks. An expression is computed once for the block that declares it and those within, and
 * before a loop where it does not depend on the loop's counter.
 */
import { fixed, positionOf, shifted, type Position, type Variable } from './position.ts';

/** A function's body, or the body of a loop or a condition in it. */
export interface Block {
  readonly kind: 'function' | 'loop' | 'condition';
  readonly parent: Block | undefined;
  readonly lines: string[];
  /** Whole numbers that exist in this block only. */
  readonly variables: Set<Variable>;
  /** Names by what they stand for: an expression, or an element of a value. */
  readonly names: Map<string, string>;
}

/** Writes the statements of one function. */
export interface Writer {
  /** The outermost block. */
  readonly body: Block;
  /** The name of an expression's value. Expressions over names that do not change, only. */
  declare(block: Block, expression: string): string;
  /** The name of a variable with a first value. */
  accumulator(block: Block, initial: string): string;
  /** A whole number computed by an expression. */
  integer(block: Block, expression: string, bounds: Omit<Variable, 'name'>): Variable;
  /** Runs a round for each number in [0, count). */
  loop(block: Block, count: number, round: (block: Block, index: Position) => void): void;
  /** Runs `then` where the condition holds. */
  when(block: Block, condition: string, then: (block: Block) => void): void;
}

/** Lines of a round that is short enough to be written out several times in a longer loop. */
const shortRound = 4;

/**
 * Starts a function.
 *
 * @param rounds - Loops of at most so many rounds are written out; longer ones do as many at a time, if a round is short.
 */
export function writer(rounds: number): Writer {
  const body = newBlock('function');
  const integers = new Map<string, Variable>();
  let count = 0;

  function declare(block: Block, expression: string, kind = 'v'): string {
    const known = nameOf(block, expression);
    if (known !== undefined) return known;
    const name = `${kind}${count++}`;
    block.lines.push(`const ${name} = ${expression};`);
    block.names.set(expression, name);
    return name;
  }

  function accumulator(block: Block, initial: string): string {
    const name = `s${count++}`;
    block.lines.push(`let ${name} = ${initial};`);
    return name;
  }

  function integer(block: Block, expression: string, bounds: Omit<Variable, 'name'>): Variable {
    const name = declare(block, expression, 'i');
    const variable = integers.get(name) ?? { name, ...bounds };
    integers.set(name, variable);
    block.variables.add(variable);
    return variable;
  }

  function loop(block: Block, total: number, round: (block: Block, index: Position) => void): void {
    const inOrder = (from: number) => {
      for (let i = from; i < total; i++) round(block, fixed(i));
    };
    if (total <= rounds) return inOrder(0);
    const name = `k${count++}`;
    /** The loop with so many rounds at a time. */
    const inSteps = (step: number) => {
      const stop = total - (total % step);
      const inner = newBlock('loop', block);
      const counter: Variable = { name, low: 0, high: stop - step, varying: false };
      inner.variables.add(counter);
      for (let i = 0; i < step; i++) round(inner, shifted(positionOf(counter), i));
      return { step, stop, lines: inner.lines };
    };
    const single = inSteps(1);
    const { step, stop, lines } = single.lines.length <= shortRound ? inSteps(rounds) : single;
    block.lines.push(`for (let ${name} = 0; ${name} < ${stop}; ${name} += ${step}) {`, ...lines, '}');
    inOrder(stop);
  }

  function when(block: Block, condition: string, then: (block: Block) => void): void {
    const inner = newBlock('condition', block);
    then(inner);
    block.lines.push(`if (${condition}) {`, ...inner.lines, '}');
  }

  return { body, declare, accumulator, integer, loop, when };
}

/** The outermost block, at or around the given one, in which the positions mean the same. */
export function blockOf(block: Block, positions: readonly Position[]): Block {
  const needs = ({ variables }: Block) =>
    positions.some(({ terms }) => [...terms.keys()].some((variable) => variables.has(variable)));
  let outer = block;
  while (outer.kind === 'loop' && !needs(outer)) outer = outer.parent!;
  return outer;
}

/** The statements without constants that no later one reads; reshaping leaves some behind. */
export function withoutUnused(lines: readonly string[]): string[] {
  const read = new Set<string>();
  const kept: string[] = [];
  for (const line of lines.toReversed()) {
    const [, name, expression] = /^const (\w+) = (.*)/.exec(line) ?? [undefined, undefined, line];
    if (name !== undefined && !read.has(name)) continue;
    for (const [word] of expression.matchAll(/\w+/g)) read.add(word);
    kept.push(line);
  }
  return kept.reverse();
}

/** The name that a block, or one around it, has given to something. */
export function nameOf(block: Block, key: string): string | undefined {
  for (let at: Block | undefined = block; at !== undefined; at = at.parent) {
    const name = at.names.get(key);
    if (name !== undefined) return name;
  }
  return undefined;
}

function newBlock(kind: Block['kind'], parent?: Block): Block {
  return { kind, parent, lines: [], variables: new Set(), names: new Map() };
}
