/**
 * How threads share a run. The work of a program is a row of tickets: a ticket is one part of a unit, or several units
 * that are not divided. A thread draws the next ticket, waits until all tickets of earlier units are done, does the
 * work, counts it as done, and draws again. So any number of threads may take part, come late, or stay away; which of
 * them does what changes no result, for a part computes the same numbers wherever it runs.
 */
import type { Code, FunctionDefinition } from '../assembler/index.ts';
import { Locals } from '../assembler/index.ts';

/** Words of the control block, as indices of 32-bit numbers; those that different threads change lie apart. */
export const word = {
  /** Changes when a run begins (to an even number) and when it is over (to an odd one). */
  generation: 0,
  /** Which program runs. */
  job: 1,
  /** Messages posted to the workers. */
  mail: 2,
  /** Not 0 when a thread has stopped in the middle of its work. */
  failed: 3,
  /** Workers that may draw tickets. */
  active: 16,
  /** The next ticket. */
  next: 32,
  /** Tickets that are done. */
  done: 48,
  /** Nobody ever changes it: waiting for it is a short sleep. */
  never: 64,
} as const;

/** Bytes of the control block. */
export const controlBytes = 4 * 80;

/** Units that one ticket, or one ticket a part, stands for. */
export interface Turn {
  /** Indices of functions; where there are several parts, of one function that takes the part. */
  readonly functions: readonly number[];
  readonly parts: number;
}

/** Looks at the counter before a thread goes to sleep: some 300 µs. */
const patience = 60_000;
/** Nanoseconds of one sleep. */
const sleep = 50_000;

/**
 * The functions with which a thread takes part: `wait`, and `work`, which is exported. Both take whether the thread may
 * sleep, and `work` returns when there is no ticket left; `finish`, exported too, also waits for the other threads.
 *
 * @param turns - The tickets in order.
 * @param control - Byte address of the control block.
 * @param first - Index of the first of these functions in the module.
 */
export function emitWork(turns: readonly Turn[], control: number, first: number): FunctionDefinition[] {
  const at = (name: keyof typeof word) => control + 4 * word[name];
  const [wait, work] = [first, first + 1];

  const draw = (ticket: number): Code => [
    ['i32.const', 0],
    ['i32.const', 1],
    ['i32.atomic.rmw.add', at('next')],
    ['local.set', ticket],
  ];
  const workLocals = new Locals(1);
  const ticket = workLocals.add('i32');
  let start = 0;
  const turnCode = turns.map(({ functions, parts }): Code => {
    const begin = start;
    start += parts;
    return [
      ['loop'],
      [['local.get', ticket], ['i32.const', start], ['i32.lt_s']],
      ['if'],
      [
        ['i32.const', begin],
        ['local.get', 0],
        ['call', wait],
      ],
      functions.map((index): Code => [
        parts > 1 ? [['local.get', ticket], ['i32.const', begin], ['i32.sub']] : [],
        ['call', index],
      ]),
      [['i32.const', 0], ['i32.const', 1], ['i32.atomic.rmw.add', at('done')], ['drop']],
      draw(ticket),
      ['br', 1],
      ['end'],
      ['end'],
    ];
  });

  const waitLocals = new Locals(2);
  const [target, maySleep, looks] = [0, 1, waitLocals.add('i32')];
  const waitCode: Code = [
    ['block'],
    ['loop'],
    [['i32.const', 0], ['i32.atomic.load', at('done')], ['local.get', target], ['i32.ge_s'], ['br_if', 1]],
    [['i32.const', 0], ['i32.atomic.load', at('failed')], ['if'], ['unreachable'], ['end']],
    [['local.get', looks], ['i32.const', 1], ['i32.add'], ['local.tee', looks]],
    [['i32.const', patience], ['i32.lt_s'], ['br_if', 0]],
    [['local.get', maySleep], ['if']],
    [
      ['i32.const', 0],
      ['i32.const', 0],
      ['i64.const', sleep],
      ['memory.atomic.wait32', at('never')],
      ['drop'],
    ],
    ['end'],
    ['br', 0],
    ['end'],
    ['end'],
  ];
  return [
    { name: 'wait', locals: waitLocals, code: waitCode },
    { name: 'work', locals: workLocals, code: [draw(ticket), turnCode], exported: true },
    {
      name: 'finish',
      locals: new Locals(1),
      code: [
        [
          ['local.get', 0],
          ['call', work],
        ],
        [
          ['i32.const', start],
          ['local.get', 0],
          ['call', wait],
        ],
      ],
      exported: true,
    },
  ];
}
