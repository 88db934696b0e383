/**
 * The backend that chooses: it compiles each program on every candidate, times it briefly, and runs it where it is
 * fastest. What programs on different backends share, parameters above all, is copied when it has changed.
 */
import {
  checkDonation,
  checkPlaces,
  type Backend,
  type Call,
  type CompileOptions,
  type DeviceArray,
  type Executable,
  type Places,
} from '../backend/contract.ts';
import { BackendError, UnsupportedError } from '../errors.ts';
import { outputShapes, type Program } from '../tensor/program.ts';
import type { Shape } from '../tensor/shape.ts';
import { sharedPlace, type Copy, type SharedPlace } from './shared-place.ts';
import { timeByTurns, type Clock } from './timing.ts';

/** Microseconds of one run by name of the backend; where it cannot run the program, why. */
export type Times = Readonly<Record<string, number | string>>;

/** Where a program runs, and why there. */
export interface Choice {
  /** A program that writes what it reads learns; others act. */
  readonly purpose: 'learning' | 'acting';
  /** Name of the backend. */
  readonly backend: string;
  readonly times: Times;
  /** Whether the times were known from before. */
  readonly isRemembered: boolean;
}

/** Times from before. */
export interface Memory {
  /** Those of a program, where it was timed by the same versions on the same machine. */
  recall(program: Program): Times | undefined;
  /** Keeps them for the next time. */
  keep(program: Program, times: Times): void;
}

/** Options of {@link autoBackend}. */
export interface AutoOptions {
  /** Backends to choose from; the first wins a tie. Closed with the backend that is made of them. */
  readonly candidates: readonly Backend[];
  /** Default: nothing is remembered. */
  readonly memory?: Memory;
  /** As `() => performance.now()`. Times decide where programs run, not what they compute. */
  readonly now: Clock;
}

/** A backend that chooses, with the choices it has made so far. */
export interface AutoBackend extends Backend {
  readonly choices: readonly Choice[];
}

/** A program goes elsewhere than those before it only for this gain: what they share has to be moved. */
const worthMoving = 2;

/**
 * The `auto` backend.
 *
 * A program stays on the backend of those compiled before it unless another is at least twice as fast.
 *
 * @throws BackendError when there is no candidate.
 */
export function autoBackend({ candidates, memory, now }: AutoOptions): AutoBackend {
  if (candidates.length === 0) throw new BackendError('auto: no backend is installed; install one of them');
  const choices: Choice[] = [];
  const alive = new Set<SharedPlace>();
  const owns = (place: DeviceArray): place is SharedPlace => alive.has(place as SharedPlace);
  const used = () => {
    const chosen = candidates.filter(({ name }) => choices.some(({ backend }) => backend === name));
    return chosen.length > 0 ? chosen : candidates.slice(0, 1);
  };

  function allocate(shape: Shape): SharedPlace {
    const place = sharedPlace(shape, (disposed) => alive.delete(disposed));
    alive.add(place);
    return place;
  }

  async function compile(program: Program, options: CompileOptions = {}): Promise<Executable> {
    const { donate = {} } = options;
    checkDonation(program, donate);
    const remembered = memory?.recall(program);
    const times = remembered ?? (await measure(candidates, program, options, now));
    if (remembered === undefined) memory?.keep(program, times);
    const backend = choose(times);
    const executable = await backend.compile(program, options);
    const results = outputShapes(program);
    choices.push({
      purpose: program.inputs.some(({ name }) => name in results) ? 'learning' : 'acting',
      backend: backend.name,
      times,
      isRemembered: remembered !== undefined,
    });
    /** The copies of places on the backend chosen. */
    const copiesOf = (inputs: Places, outputs: Places) => {
      const places = checkPlaces('auto', program, { inputs, outputs }, donate, owns);
      const ends = (shared: readonly SharedPlace[]): readonly End[] =>
        shared.map((place) => ({ place, copy: place.on(backend) }));
      const named = (all: readonly { readonly name: string }[], taken: readonly End[]): Places =>
        Object.fromEntries(all.map(({ name }, i) => [name, taken[i]!.copy.place]));
      const [read, written] = [ends(places.inputs), ends(places.outputs)];
      return { read, written, own: [named(program.inputs, read), named(program.outputs, written)] as const };
    };
    return {
      program,
      bind(...places) {
        const { read, written, own } = copiesOf(...places);
        return followingCopies(executable.bind(...own), read, written);
      },
      ...(executable.moduleSize && {
        moduleSize: (...places) => executable.moduleSize!(...copiesOf(...places).own),
      }),
      ...(executable.dump && { dump: (...places) => executable.dump!(...copiesOf(...places).own) }),
      dispose: () => executable.dispose(),
    };
  }

  /** The fastest, or one that is nearly as fast and used already. */
  function choose(times: Times): Backend {
    const able = candidates.filter(({ name }) => typeof times[name] === 'number');
    if (able.length === 0) {
      const reasons = Object.entries(times).map(([name, reason]) => `${name}: ${reason}`);
      throw new UnsupportedError(`auto: no installed backend runs the program. ${reasons.join('. ')}`);
    }
    const fastest = (among: readonly Backend[]): Backend =>
      among.reduce((best, each) => (timeOf(each) < timeOf(best) ? each : best));
    const timeOf = ({ name }: Backend): number => times[name] as number;
    const best = fastest(able);
    const known = able.filter(({ name }) => choices.some(({ backend }) => backend === name));
    if (known.length === 0) return best;
    const near = fastest(known);
    return timeOf(near) < worthMoving * timeOf(best) ? near : best;
  }

  async function close(): Promise<void> {
    for (const place of [...alive]) place.dispose();
    for (const candidate of candidates) await candidate.close();
  }

  return {
    name: 'auto',
    get capabilities() {
      const chosen = used().map(({ capabilities }) => capabilities);
      return {
        engine: chosen.map(({ engine }) => engine).join(' and '),
        device: chosen.some(({ device }) => device === 'gpu') ? 'gpu' : 'cpu',
        threads: Math.max(...chosen.map(({ threads }) => threads)),
        synchronous: false,
      } as const;
    },
    choices,
    allocate,
    compile,
    close,
  };
}

/** The choices of a backend that chooses; none for others. */
export function choicesOf(backend: Backend): readonly Choice[] {
  return 'choices' in backend ? (backend as AutoBackend).choices : [];
}

interface End {
  readonly place: SharedPlace;
  readonly copy: Copy;
}

/** A call that first brings stale copies of what it reads up to date. */
function followingCopies(call: Call, read: readonly End[], written: readonly End[]): Call {
  return {
    async run() {
      for (const { place, copy } of read) if (!copy.isFresh) await place.freshen(copy);
      await call.run();
      for (const { place, copy } of written) place.wrote(copy);
    },
  };
}

/** Times a program on every candidate, on zeros: what programs cost does not depend on the numbers. */
async function measure(
  candidates: readonly Backend[],
  program: Program,
  options: CompileOptions,
  now: Clock,
): Promise<Times> {
  const times: Record<string, number | string> = {};
  const trials: { readonly name: string; readonly call: Call; release(): void }[] = [];
  for (const backend of candidates) {
    try {
      trials.push({ name: backend.name, ...(await attempt(backend, program, options)) });
    } catch (error) {
      times[backend.name] = (error as Error).message;
    }
  }
  const calls = trials.map(({ call }) => call);
  const measured = await timeByTurns(calls, now);
  trials.forEach(({ name, release }, i) => {
    times[name] = measured[i]!;
    release();
  });
  return times;
}

/** Compiles, binds and runs once on places of its own. */
async function attempt(
  backend: Backend,
  program: Program,
  options: CompileOptions,
): Promise<{ call: Call; release(): void }> {
  const executable = await backend.compile(program, options);
  const own: Record<string, DeviceArray> = {};
  const release = () => {
    executable.dispose();
    for (const place of Object.values(own)) place.dispose();
  };
  try {
    const places = (shapes: Readonly<Record<string, Shape>>): Places =>
      Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => [name, (own[name] ??= backend.allocate(shape))]),
      );
    const inputs = Object.fromEntries(program.inputs.map(({ name, shape }) => [name, shape]));
    const call = executable.bind(places(inputs), places(outputShapes(program)));
    await call.run();
    return { call, release };
  } catch (error) {
    release();
    throw error;
  }
}
