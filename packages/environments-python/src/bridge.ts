/**
 * The bridge: requests to a Python process that serves N copies of one environment, and its answers, in arrays that are
 * reused. `python/bridge.py` is the other end and states the form of both.
 *
 * Shapes: N copies, W numbers in an observation (a choice is one number), A numbers in an action.
 */
import { fileURLToPath } from 'node:url';
import { EnvironmentError, UnsupportedError } from '@ascent-rl/core/errors';
import { actionSize, type EnvironmentOptions, type Info, type Space } from '@ascent-rl/environments';
import { startProcess, type PythonProcess } from './python-process.ts';
import { spaceOf, type SpaceData } from './spaces.ts';

/** Options of environments in Python. */
export interface PythonOptions {
  /** The Python to run. Default `python3`, which is that of an activated virtual environment. */
  readonly python?: string;
  /** Folder of modules of one's own. Default: the working directory. */
  readonly modulePath?: string;
  /** Arguments of `gymnasium.make` besides the id, such as `{ frameskip: 4 }`; values that JSON can hold. */
  readonly options?: EnvironmentOptions;
}

/** What a bridge serves. */
export interface BridgeOptions extends PythonOptions {
  readonly count: number;
  /** Whether episodes that end start anew in the same step. */
  readonly autoreset: boolean;
  /** Number of the first copy, for messages; undefined for one that stands alone. */
  readonly firstRow?: number;
}

/** A running bridge. Sending and receiving are apart, so that several bridges work at the same time. */
export interface Bridge {
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  readonly framesPerSecond: number | undefined;
  /** Observations [N, W] of the last answer. */
  readonly observations: Uint8Array | Float32Array | Float64Array;
  /** Those that ended episodes, [N, W]: the first rows, as many as ended, in their order. */
  readonly finalObservations: Uint8Array | Float32Array | Float64Array;
  /** [N] */
  readonly rewards: Float64Array;
  /** [N] */
  readonly terminated: Uint8Array;
  /** [N] */
  readonly truncated: Uint8Array;
  /** Of the only copy without autoreset; else empty. */
  readonly info: Info;
  /** Asks for a reset with a seed, or without. */
  sendReset(seed: number | undefined): void;
  /** Asks for a step. */
  sendStep(actions: ArrayLike<number>): void;
  /** Waits for the answer to what was sent. `where` is for messages, such as `step 12`. */
  receive(where: string): void;
  /** Asks for a picture: height, width, and bytes [height, width, 3]. */
  render(): { readonly height: number; readonly width: number; readonly data: Uint8Array };
  close(): void;
}

/** What a failed answer holds. */
interface Failure {
  readonly kind: 'module' | 'make' | 'space' | 'value' | 'raised';
  readonly text: string;
  /** Of the copy that failed; null before there were any. */
  readonly row: number | null;
}

interface Facts {
  readonly observationSpace: SpaceData;
  readonly actionSpace: SpaceData;
  readonly form: keyof typeof forms;
  readonly framesPerSecond: number | null;
}

const forms = { uint8: Uint8Array, float32: Float32Array, float64: Float64Array } as const;
const script = fileURLToPath(new URL('../python/bridge.py', import.meta.url));
const headerBytes = 16;

/**
 * Starts a Python process with copies of a Gymnasium environment.
 *
 * @throws UnsupportedError without Python or a module it needs; EnvironmentError for an unknown id, an environment that
 *   raises, and spaces that Ascent has not.
 */
export function startBridge(id: string, options: BridgeOptions): Bridge {
  const { count, autoreset, firstRow, python = 'python3' } = options;
  const name = `python:${id}`;
  const settings = {
    id,
    count,
    autoreset,
    options: options.options ?? {},
    modulePath: options.modulePath ?? process.cwd(),
  };
  const child = startProcess(name, python, [script, JSON.stringify(settings)]);
  const answers = answerReader(child, (failure, where) =>
    errorOf(failure, { name, python, firstRow, where }),
  );

  const header = answers.header('start');
  const facts = JSON.parse(Buffer.from(answers.bytes(header[1]!, 'start')).toString()) as Facts;
  const observationSpace = spaceOf(facts.observationSpace);
  const actionSpace = spaceOf(facts.actionSpace);
  const width = actionSize(observationSpace);
  const Form = forms[facts.form];
  const rewardBytes = 8 * count;
  const observationBytes = Form.BYTES_PER_ELEMENT * count * width;
  const memory = new ArrayBuffer(rewardBytes + 2 * observationBytes);
  const everyStep = new Uint8Array(memory, 0, rewardBytes + observationBytes);
  const finals = new Uint8Array(memory, rewardBytes + observationBytes);
  const flags = new Uint8Array(2 * count);
  const actionCount = count * actionSize(actionSpace);
  const request = new Uint8Array(16 + 8 * actionCount);
  const numbers = new Float64Array(request.buffer, 8);
  let info: Info = {};

  const send = (text: 'reset' | 'step' | 'render', bytes: number): void => {
    request.fill(0, 0, 8);
    for (let i = 0; i < text.length; i++) request[i] = text.charCodeAt(i);
    // Who does not take a request does not answer either, which `receive` explains.
    child.write(request.subarray(0, bytes));
  };
  return {
    observationSpace,
    actionSpace,
    framesPerSecond: facts.framesPerSecond ?? undefined,
    rewards: new Float64Array(memory, 0, count),
    observations: new Form(memory, rewardBytes, count * width),
    finalObservations: new Form(memory, rewardBytes + observationBytes, count * width),
    terminated: flags.subarray(0, count),
    truncated: flags.subarray(count),
    get info() {
      return info;
    },
    sendReset(seed) {
      numbers[0] = seed ?? NaN;
      send('reset', 16);
    },
    sendStep(actions) {
      numbers[0] = actionCount;
      numbers.set(actions, 1);
      send('step', request.length);
    },
    receive(where) {
      const [, textLength, ended] = answers.header(where);
      answers.fill(everyStep, where);
      if (ended! > 0) answers.fill(finals.subarray(0, Form.BYTES_PER_ELEMENT * width * ended!), where);
      answers.fill(flags, where);
      if (textLength! > 0) {
        info = JSON.parse(Buffer.from(answers.bytes(textLength!, where)).toString()) as Info;
      }
    },
    render() {
      send('render', 8);
      const bytes = answers.bytes(answers.header('render')[1]!, 'render');
      const [height, pixels] = new Uint32Array(bytes.buffer, 0, 2);
      return { height: height!, width: pixels!, data: bytes.subarray(8) };
    },
    close: () => child.close(),
  };
}

/** Reads answers part by part; a failure ends the process. */
function answerReader(
  child: PythonProcess,
  errorFor: (failure: Failure | { readonly printed: string }, where: string) => Error,
): {
  /** The four numbers of an answer that is no failure. */
  header(where: string): Uint32Array;
  fill(into: Uint8Array, where: string): void;
  bytes(length: number, where: string): Uint8Array;
} {
  const head = new Uint32Array(headerBytes / 4);
  const headBytes = new Uint8Array(head.buffer);
  const fail = (failure: Failure | { readonly printed: string }, where: string): never => {
    child.close();
    throw errorFor(failure, where);
  };
  const fill = (into: Uint8Array, where: string): void => {
    if (!child.read(into)) fail({ printed: child.printed() }, where);
  };
  const bytes = (length: number, where: string): Uint8Array => {
    const into = new Uint8Array(length);
    fill(into, where);
    return into;
  };
  return {
    fill,
    bytes,
    header(where) {
      fill(headBytes, where);
      if (head[0] !== 0) fail(JSON.parse(Buffer.from(bytes(head[1]!, where)).toString()) as Failure, where);
      return head;
    },
  };
}

/** An error for people, of whatever went wrong at the other end. */
function errorOf(
  failure: Failure | { readonly printed: string },
  {
    name,
    python,
    firstRow,
    where,
  }: {
    readonly name: string;
    readonly python: string;
    readonly firstRow: number | undefined;
    readonly where: string;
  },
): Error {
  if ('printed' in failure) {
    const last = failure.printed === '' ? 'it printed nothing' : `it printed last:\n${failure.printed}`;
    return new EnvironmentError(`${name}, ${where}: the Python process ended; ${last}`);
  }
  const { kind, text, row } = failure;
  const copy = row === null || firstRow === undefined ? name : `${name}[${firstRow + row}]`;
  switch (kind) {
    case 'module':
      return new UnsupportedError(
        `${name}: expected the Python module "${text}", which ${python} does not have; install it with ` +
          `\`${python} -m pip install ${text}\``,
      );
    case 'make':
      return new EnvironmentError(`${name}: gymnasium.make refused: ${text}`);
    case 'space':
      return new EnvironmentError(`${name}: expected ${text}; wrap it in Python`);
    case 'value':
      return new EnvironmentError(`${copy}, ${where}: expected ${text}`);
    case 'raised':
      return new EnvironmentError(`${copy}, ${where}: the environment raised\n${text}`);
  }
}
