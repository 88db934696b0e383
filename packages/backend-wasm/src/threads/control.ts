/**
 * How threads share a run. The work of a program is a row of tickets: a ticket is one part of a unit, or several units
 * that are not divided. A thread draws the next ticket, waits until the earlier units that this one needs are done, does
 * the work, counts it as done, and draws again. So any number of threads may take part, come late, or stay away; which
 * of them does what changes no result, for a part computes the same numbers wherever it runs.
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
  /** Nobody ever changes it: waiting for it is a short sleep. */
  never: 48,
} as const;

/** Bytes of the control block. */
export const controlBytes = 4 * 64;

/** Bytes of the counter of one turn's tickets that are done: a cache line, so that threads do not wait for its neighbours. */
export const counterBytes = 64;

/** Units that one ticket, or one ticket a part, stands for. */
export interface Turn {
  /** Indices of functions; where there are several parts, of one function that takes the part. */
  readonly functions: readonly number[];
  readonly parts: number;
  /** Indices of the earlier turns that must be done. */
  readonly after: readonly number[];
}

/** Looks at the counter before a thread goes to sleep: some 300 µs. */
const patience = 60_000;
/** Nanoseconds of one sleep. */
const sleep = 50_000;

/**
 * The functions with which a thread takes part. `begin` sets the counters to 0, before a run. `work` returns when there
 * is no ticket left; `finish` also waits for the other threads; both take whether the thread may sleep.
 *
 * @param turns - The tickets in order.
 * @param memory - Byte addresses of the control block and of a counter for each turn.
 * @param first - Index of the first of these functions in the module.
 */
export function emitWork(
  turns: readonly Turn[],
  { control, counters }: { readonly control: number; readonly counters: number },
  first: number,
): FunctionDefinition[] {
  const at = (name: keyof typeof word) => control + 4 * word[name];
  const counterOf = (turn: number) => counters + counterBytes * turn;
  const [wait, work] = [first, first + 1];
  const waitFor = (turn: number): Code => [
    ['i32.const', counterOf(turn)],
    ['i32.const', turns[turn]!.parts],
    ['local.get', 0],
    ['call', wait],
  ];

  const draw = (ticket: number): Code => [
    ['i32.const', 0],
    ['i32.const', 1],
    ['i32.atomic.rmw.add', at('next')],
    ['local.set', ticket],
  ];
  const workLocals = new Locals(1);
  const ticket = workLocals.add('i32');
  let start = 0;
  const turnCode = turns.map(({ functions, parts, after }, turn): Code => {
    const begin = start;
    start += parts;
    return [
      ['loop'],
      [['local.get', ticket], ['i32.const', start], ['i32.lt_s']],
      ['if'],
      after.map(waitFor),
      functions.map((index): Code => [
        parts > 1 ? [['local.get', ticket], ['i32.const', begin], ['i32.sub']] : [],
        ['call', index],
      ]),
      [['i32.const', 0], ['i32.const', 1], ['i32.atomic.rmw.add', counterOf(turn)], ['drop']],
      draw(ticket),
      ['br', 1],
      ['end'],
      ['end'],
    ];
  });

  const waitLocals = new Locals(3);
  const [counter, target, maySleep, looks] = [0, 1, 2, waitLocals.add('i32')];
  const waitCode: Code = [
    ['block'],
    ['loop'],
    [['local.get', counter], ['i32.atomic.load', 0], ['local.get', target], ['i32.ge_s'], ['br_if', 1]],
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
  const needed = new Set(turns.flatMap(({ after }) => after));
  const last = [...turns.keys()].filter((turn) => !needed.has(turn));
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
        last.map(waitFor),
      ],
      exported: true,
    },
    {
      name: 'begin',
      locals: new Locals(),
      code: [
        ['i32.const', counters],
        ['i32.const', 0],
        ['i32.const', counterBytes * turns.length],
        ['memory.fill'],
      ],
      exported: true,
    },
  ];
}
