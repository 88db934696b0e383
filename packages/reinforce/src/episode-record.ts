/** Records of episodes of any length: rollouts of one environment that grow as they are filled. */
import { rollout, type Decisions, type Outcomes, type Rollout, type RolloutShape } from '@ascent-rl/training';

/** The steps of one environment. */
export interface EpisodeRecord {
  /** The steps, and room for more. */
  readonly record: Rollout;
  /** Steps so far. */
  readonly rows: number;
  /** Begins a step with what was seen and done in environment `i` of several. */
  decide(decisions: Decisions, i: number): void;
  /** Ends the step with what came of it; `nextValue` is that of an episode that was cut short. */
  conclude(outcomes: Outcomes, i: number, nextValue: number): void;
  /** Forgets all steps. */
  clear(): void;
}

/** An empty record with room for `steps` steps at first. */
export function episodeRecord(
  { observationSize, actionSize }: Pick<RolloutShape, 'observationSize' | 'actionSize'>,
  steps: number,
): EpisodeRecord {
  let record = rollout({ steps, environments: 1, observationSize, actionSize });
  let rows = 0;
  return {
    get record() {
      return record;
    },
    get rows() {
      return rows;
    },
    decide({ observations, actions, logProbabilities, values }, i) {
      if (rows === record.rows) record = withRoom(record, 2 * rows);
      copyRow(observations, i, record.observations, rows, observationSize);
      copyRow(actions, i, record.actions, rows, actionSize);
      record.logProbabilities[rows] = logProbabilities[i]!;
      record.values[rows] = values[i]!;
    },
    conclude({ rewards, terminated, truncated }, i, nextValue) {
      record.rewards[rows] = rewards[i]!;
      record.terminated[rows] = terminated[i]!;
      record.truncated[rows] = truncated[i]!;
      record.nextValues[rows] = nextValue;
      rows += 1;
    },
    clear: () => void (rows = 0),
  };
}

/** Several records one after the other, in `into` where they fit; one alone stays where it is. */
export function joinRecords(
  records: readonly EpisodeRecord[],
  into: Rollout,
): { readonly record: Rollout; readonly rows: number } {
  const [first] = records;
  if (records.length === 1) return { record: first!.record, rows: first!.rows };
  const rows = records.reduce((sum, record) => sum + record.rows, 0);
  const isFree = into !== first!.record && into.rows >= rows;
  // Some room more for the next time, in pieces of what each record had room for.
  const piece = first!.record.rows;
  const record = isFree ? into : rollout({ ...into, steps: piece * Math.ceil((1.5 * rows) / piece) });
  let start = 0;
  for (const part of records) {
    copySteps(part.record, part.rows, record, start);
    start += part.rows;
  }
  return { record, rows };
}

function withRoom(record: Rollout, steps: number): Rollout {
  const larger = rollout({ ...record, steps });
  copySteps(record, record.rows, larger, 0);
  return larger;
}

/** Copies the first `count` steps of a record to another one, from its step `start` on. */
function copySteps(from: Rollout, count: number, into: Rollout, start: number): void {
  for (const name of Object.keys(from) as (keyof Rollout)[]) {
    const [source, target] = [from[name], into[name]];
    if (typeof source === 'number' || typeof target === 'number') continue;
    const width = source.length / from.rows;
    target.set(source.subarray(0, count * width), start * width);
  }
}

function copyRow(
  from: ArrayLike<number>,
  row: number,
  into: Float32Array,
  intoRow: number,
  width: number,
): void {
  for (let i = 0; i < width; i++) into[intoRow * width + i] = from[row * width + i]!;
}
