import type { BenchmarkRecord } from './record.ts';
import { figure, reportOf, summaryOf, table } from './report.ts';

const time = { median: 400, best: 380 };
const record: BenchmarkRecord = {
  command: 'npm run bench',
  date: '2026-01-31',
  machine: { cpu: 'a processor', cores: 2, load: 0.5, node: 'v20.19.0' },
  version: '1.0.0',
  contenders: [
    { name: 'fast, 1 thread', threads: 1, engine: 'fast 1' },
    { name: 'slow, 1 thread', threads: 1, engine: 'slow 2' },
  ],
  products: [],
  programs: [
    {
      name: 'ppo-64',
      description: 'a step',
      operations: 4e6,
      results: [
        {
          contender: 'fast, 1 thread',
          time,
          shareOfPeak: 0.5,
          compileTime: 12.34,
          moduleBytes: 20_500,
        },
        { contender: 'by hand', time: { ...time, median: 800 } },
      ],
    },
  ],
  acting: [{ batch: 1, results: [{ contender: 'slow, 1 thread', call: time, agent: time }] }],
  environments: [],
  training: [],
};

test.each([
  [0.6049, '0.605'],
  [5.123, '5.12'],
  [17_349.4, '17,300'],
  [6_700_000, '6,700,000'],
])('%d is shown with three digits: %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

test('tables align text left and numbers right, and leave empty columns out', () => {
  const rows = [
    ['a', '1,000', ''],
    ['bcde', '7 %', ''],
  ];
  expect(table(['name', 'µs', 'unused'], rows).split('\n')).toEqual([
    '| name |    µs |',
    '| ---- | ----: |',
    '| a    | 1,000 |',
    '| bcde |   7 % |',
  ]);
});

test('a report has the sections that were measured', () => {
  const report = reportOf(record);
  expect(report.match(/^### .*$/gm)).toEqual(['### Contenders', '### Programs', '### Acting']);
  // 4 MFLOP in 400 µs are 10 GFLOP/s.
  const cells = report
    .split('\n')
    .find((line) => line.includes('| ppo-64'))!
    .split('|')
    .map((cell) => cell.trim());
  expect(cells.slice(1, -1)).toEqual([
    'ppo-64',
    'fast, 1 thread',
    '400',
    '380',
    '10',
    '50 %',
    '12.3',
    '20.5',
  ]);
});

test('the summary has a line a program and a column a contender', () => {
  expect(summaryOf(record).split('\n')).toEqual([
    '|                       | fast, 1 thread | slow, 1 thread |',
    '| --------------------- | -------------: | -------------: |',
    '| ppo-64, µs            |            400 |                |',
    '| acting at batch 1, µs |                |            400 |',
    '',
    '`npm run bench`, 2026-01-31: a processor, 2 cores, load average 0.5 at the start, Node v20.19.0, Ascent 1.0.0.',
  ]);
});
