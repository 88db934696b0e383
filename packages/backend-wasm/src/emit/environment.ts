/** What the functions that emit code share: locals, constants kept in locals, the instruction set of the machine. */
import type { Code, FunctionDefinition } from '../assembler/index.ts';
import { Locals } from '../assembler/index.ts';

/** What the machine can do. */
export interface Features {
  /** Fused multiply-add of the relaxed SIMD proposal. */
  readonly fusedMultiplyAdd: boolean;
}

/** Scratch memory for all parts, one after the other. */
export interface ScratchMemory {
  readonly bytesOfPart: number;
  /** Byte address of the first part's; reserves the memory when first asked. */
  address(): number;
}

/** Memory that a function may use while it runs: byte address, and a local with a byte offset to add. */
export interface Scratch {
  readonly address: number;
  readonly pointer: number | undefined;
}

/** Code of one function in the making, which does one of `parts` equal parts of a unit's work. */
export class Environment {
  readonly features: Features;
  readonly parts: number;
  /** The parameter with the number of the part, where there are several. */
  readonly part: number | undefined;
  readonly locals: Locals;
  readonly #scratchMemory: ScratchMemory;
  #scratch: Scratch | undefined;
  readonly #constants = new Map<string, number>();
  readonly #prologue: Code[number][] = [];

  /** Starts a function. */
  constructor(features: Features, scratchMemory: ScratchMemory, parts = 1) {
    this.features = features;
    this.parts = parts;
    this.part = parts > 1 ? 0 : undefined;
    this.locals = new Locals(parts > 1 ? 1 : 0);
    this.#scratchMemory = scratchMemory;
  }

  /** Whether the code uses {@link scratch}. */
  get usesScratch(): boolean {
    return this.#scratch !== undefined;
  }

  /** The part's own scratch memory. */
  scratch(): Scratch {
    if (this.#scratch === undefined) {
      const address = this.#scratchMemory.address();
      if (this.part === undefined) this.#scratch = { address, pointer: undefined };
      else {
        const pointer = this.locals.add('i32');
        const size = this.#scratchMemory.bytesOfPart;
        this.#prologue.push(
          ['local.get', this.part],
          ['i32.const', size],
          ['i32.mul'],
          ['local.set', pointer],
        );
        this.#scratch = { address, pointer };
      }
    }
    return this.#scratch;
  }

  /** Four times a float32 number. */
  float(value: number): Code {
    return this.#constant(`f${Object.is(value, -0) ? '-0' : Math.fround(value)}`, [
      ['f32.const', value],
      ['f32x4.splat'],
    ]);
  }

  /** Four times a 32-bit pattern. */
  bits(value: number): Code {
    const bytes = [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255];
    return this.#constant(`b${value}`, [['v128.const', [...bytes, ...bytes, ...bytes, ...bytes]]]);
  }

  /** Evaluates once and gives the code that reads the result. */
  keep(code: Code): readonly [evaluate: Code, read: Code] {
    const local = this.locals.add('v128');
    return [[code, ['local.set', local]], [['local.get', local]]];
  }

  /** x · y + z, rounded once where the machine can. */
  multiplyAdd(x: Code, y: Code, z: Code): Code {
    return this.features.fusedMultiplyAdd
      ? [x, y, z, ['f32x4.relaxed_madd']]
      : [x, y, ['f32x4.mul'], z, ['f32x4.add']];
  }

  /** Σ coefficients[i] · xⁱ by Horner's rule, `x` a cheap read. */
  polynomial(x: Code, coefficients: readonly number[]): Code {
    return coefficients
      .slice(0, -1)
      .reduceRight<Code>(
        (sum, coefficient) => this.multiplyAdd(sum, x, this.float(coefficient)),
        this.float(coefficients.at(-1)!),
      );
  }

  /** The function, with its constants set up first. */
  finish(name: string, code: Code): FunctionDefinition {
    return { name, locals: this.locals, code: [...this.#prologue, code] };
  }

  #constant(key: string, code: Code): Code {
    let local = this.#constants.get(key);
    if (local === undefined) {
      local = this.locals.add('v128');
      this.#constants.set(key, local);
      this.#prologue.push(code, ['local.set', local]);
    }
    return [['local.get', local]];
  }
}

/** Repeats `body` while the byte counter runs from where it is to `end`. */
export function repeat(counter: number, step: number, end: number, body: Code): Code {
  return [
    ['loop'],
    body,
    ['local.get', counter],
    ['i32.const', step],
    ['i32.add'],
    ['local.tee', counter],
    ['i32.const', end],
    ['i32.lt_u'],
    ['br_if', 0],
    ['end'],
  ];
}
