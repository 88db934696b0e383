/**
 * Which values of a program are stored. Each stored value becomes one kernel, which computes the operations between
 * it and the stored values it reads on the way.
 *
 * A value is stored where computing it anew for every reader would take longer than storing it once and reading it,
 * and where a kernel would otherwise read more arrays than the engine allows.
 */
import {
  shapeOf,
  sizeOf,
  type Attributes,
  type Instruction,
  type Primitive,
  type Program,
} from '@ascent-rl/core';
import { readingsOf, workOf } from './cost.ts';

/** One kernel. */
export interface Group {
  /** The value that it stores. */
  readonly value: number;
  /** The values that it reads: inputs, constant arrays and values of earlier groups. */
  readonly reads: readonly number[];
}

/** What an engine allows, and what it charges. */
export interface Limits {
  /** Arrays that a kernel may read. */
  readonly maximumReads: number;
  /** Cost of starting a kernel; an addition is 1. */
  readonly launch: number;
}

/** Cost of storing an element. */
const storing = 2;
/** An operation over more terms is a loop, which pays only where its value is computed once. */
const shortLoop = 8;

/**
 * The kernels of a program, in an order in which they can run. Operations without elements have none.
 *
 * @param program - Nothing of size 0 may be read, and no operation may have more operands than `maximumReads`.
 */
export function groupsOf(program: Program, { maximumReads, launch }: Limits): Group[] {
  const stored = worthStoring(program, launch);
  while (storeForLimit(program, stored, maximumReads));
  const reads = readsOf(program, stored);
  return [...stored].sort((a, b) => a - b).map((value) => ({ value, reads: [...reads(value)] }));
}

/** The primitives that a group's kernel computes, its last first. */
export function primitivesOf(program: Program, { value, reads }: Group): Primitive[] {
  const computed = new Set([value]);
  const found = new Set<Primitive>();
  for (const at of computed) {
    const { primitive, inputs } = program.instructions[at - program.inputs.length]!;
    found.add(primitive);
    for (const input of inputs) if (!reads.includes(input)) computed.add(input);
  }
  return [...found];
}

/** True for a constant that kernels read from memory, as it is not one number that source text can spell. */
export function isConstantArray(instruction: Instruction): boolean {
  if (instruction.primitive !== 'constant') return false;
  const { data } = instruction.attributes as Attributes['constant'];
  const size = Math.abs(data[0] ?? 0);
  return data.length !== 1 || !(size === 0 || (size > 1e-6 && size < 1e6));
}

/** Values that cost less when stored. */
function worthStoring(program: Program, launch: number): Set<number> {
  const first = program.inputs.length;
  const { work, loops } = workPerElement(program);
  const stored = new Set<number>();
  const outputs = new Set(program.outputs.map(({ value }) => value));
  /** For each value, how often it would be computed: by the kernel and the element there that needs it. */
  const uses = work.map(() => new Map<string, number>());
  for (let value = work.length - 1; value >= first; value--) {
    const size = sizeOf(shapeOf(program, value));
    if (size === 0 || program.instructions[value - first]!.primitive === 'constant') continue;
    let demand = 0;
    for (const count of uses[value]!.values()) demand += count;
    const computed = work[value]! * demand;
    const storedOnce = (work[value]! + storing) * size + demand + launch;
    if (outputs.has(value) || storedOnce < computed) {
      stored.add(value);
      uses[value] = new Map([[`${value}`, size]]);
    }
    const { inputs } = program.instructions[value - first]!;
    readingsOf(program, value).forEach(({ count, pattern }, i) => {
      const ofOperand = uses[inputs[i]!]!;
      // Threads that are neighbours in a loop's own shape share what they read; in another they do not.
      const apart = loops[inputs[i]!]! && pattern !== '' ? 2 : 1;
      for (const [user, times] of uses[value]!) {
        const key = user + pattern;
        ofOperand.set(key, Math.max(ofOperand.get(key) ?? 0, apart * count * times));
      }
    });
  }
  return stored;
}

/** Work of one element of each value, if what loops is stored; and what loops. */
function workPerElement(program: Program): { readonly work: number[]; readonly loops: boolean[] } {
  const work = program.inputs.map(() => 1);
  const loops = program.inputs.map(() => false);
  program.instructions.forEach((instruction, i) => {
    const { primitive, inputs } = instruction;
    const value = program.inputs.length + i;
    let sum = workOf(primitive, inputs.length);
    let longest = 1;
    readingsOf(program, value).forEach(({ count }, operand) => {
      const from = inputs[operand]!;
      sum += count * (loops[from] ? 1 : work[from]!);
      longest = Math.max(longest, count);
    });
    work.push(isConstantArray(instruction) ? 1 : sum);
    loops.push(longest > shortLoop);
  });
  return { work, loops };
}

/** Stores one more value where a kernel reads too much; false where none does. */
function storeForLimit(program: Program, stored: Set<number>, limit: number): boolean {
  const first = program.inputs.length;
  const reads = readsOf(program, stored);
  for (const [i, { inputs }] of program.instructions.entries()) {
    if (reads(first + i).size <= limit) continue;
    const inline = inputs.filter((value) => value >= first && !stored.has(value) && reads(value).size > 1);
    inline.sort((a, b) => reads(b).size - reads(a).size);
    stored.add(inline[0]!);
    return true;
  }
  return false;
}

/** What computing a value reads from memory. */
function readsOf(program: Program, stored: ReadonlySet<number>): (value: number) => ReadonlySet<number> {
  const first = program.inputs.length;
  const known = new Map<number, ReadonlySet<number>>();
  const inMemory = (value: number) =>
    value < first || stored.has(value) || isConstantArray(program.instructions[value - first]!);
  program.instructions.forEach(({ inputs }, i) => {
    const reads = new Set<number>();
    for (const value of inputs) {
      for (const read of inMemory(value) ? [value] : known.get(value)!) reads.add(read);
    }
    known.set(first + i, reads);
  });
  return (value) => known.get(value)!;
}
