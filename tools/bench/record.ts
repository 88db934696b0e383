/** What a run of the suite stores: the times, and where and how they were measured. */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Timing } from './measure.ts';

/** One run of the suite. */
export interface BenchmarkRecord {
  readonly command: string;
  /** Day, as 2026-01-31. */
  readonly date: string;
  readonly machine: {
    /** Model and, where the system tells, the width of its vectors: some engines use wider ones than others. */
    readonly cpu: string;
    readonly cores: number;
    /** Load average of the minute before: more than 0 means that others kept cores busy. */
    readonly load: number;
    readonly node: string;
  };
  /** Version of Ascent; those of the engines stand with the contenders. */
  readonly version: string;
  readonly contenders: readonly ContenderRecord[];
  /** Matrix products; the first is the yardstick of the programs. */
  readonly products: readonly ProgramRecord[];
  readonly programs: readonly ProgramRecord[];
  readonly acting: readonly ActingRecord[];
  readonly environments: readonly EnvironmentRecord[];
  readonly training: readonly TrainingRecord[];
}

/** A backend with a number of threads, or a program written by hand. */
export interface ContenderRecord {
  readonly name: string;
  readonly threads: number;
  /** Engine and version. */
  readonly engine: string;
}

/** A program on each contender. */
export interface ProgramRecord {
  readonly name: string;
  readonly description: string;
  /** Floating-point operations of one run, after simplification. */
  readonly operations: number;
  readonly results: readonly ProgramResult[];
}

/** A program on one contender. */
export interface ProgramResult {
  readonly contender: string;
  readonly time: Timing;
  /** Operations a second, divided by those of the yardstick measured in turn with it; of the best turns. */
  readonly shareOfPeak?: number;
  /** Milliseconds to compile: median of three. */
  readonly compileTime?: number;
  /** Bytes of the compiled module. */
  readonly moduleBytes?: number;
}

/** Deterministic actions of a 4-64-64-2 policy. */
export interface ActingRecord {
  /** Observations at once. */
  readonly batch: number;
  readonly results: readonly {
    readonly contender: string;
    /** The compiled program alone. */
    readonly call: Timing;
    /** The agent: numbers in, program, numbers out. */
    readonly agent: Timing;
  }[];
}

/** Stepping environments, random actions. */
export interface EnvironmentRecord {
  readonly id: string;
  readonly count: number;
  /** Steps a second, over all copies. */
  readonly stepsPerSecond: number;
}

/** A whole training. */
export interface TrainingRecord {
  readonly algorithm: string;
  readonly environment: string;
  readonly results: readonly {
    readonly contender: string;
    /** Environment steps done. */
    readonly steps: number;
    /** Environment steps a second, in the median iteration. */
    readonly stepsPerSecond: number;
    /** Wall time of all of it, with compiling. */
    readonly seconds: number;
  }[];
}

/** Where a record is made. */
export function describeMachine(): Pick<BenchmarkRecord, 'date' | 'machine' | 'version'> {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cpu: processor(),
      cores: availableParallelism(),
      load: Number(loadavg()[0]!.toFixed(1)),
      node: process.version,
    },
    version: (JSON.parse(manifest) as { version: string }).version,
  };
}

function processor(): string {
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const vectors = [/ avx512f /, / avx2 /].findIndex((flag) => flag.test(flags));
  return `${cpus()[0]!.model}${['', ' (512-bit vectors)', ' (256-bit vectors)'][vectors + 1]}`;
}
