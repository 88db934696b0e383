/** Trains away from the page, so that it stays responsive, and shows the current policy in real time. */
import { browserBackends } from './backends.ts';
import type { Report, Reported, Request, Start } from './messages.ts';
import { cartPoleTraining, exhibition, type Exhibition } from './training.ts';

/** Time between two steps of CartPole, in ms. */
const stepTime = 20;
/** A show that falls behind by more steps than this leaves them out. */
const mostSteps = 5;

const channel = new MessageChannel();
let latest = 0;
/** The run that was told to stop. */
let stopped = 0;
let previous: Promise<void> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.type === 'stop') {
    stopped = latest;
    return;
  }
  latest = data.run;
  previous = previous.then(() => train(data));
});

/** One training, then its policy's show, until the next start. */
async function train({ backend: name, seed, run }: Start): Promise<void> {
  const tell = (report: Report) => postMessage({ run, report } satisfies Reported);
  if (run !== latest) return; // another was started before this one's turn came
  try {
    const backend = await browserBackends[name].open();
    const training = await cartPoleTraining(backend, seed);
    tell({ type: 'opened', engine: backend.capabilities.engine, totalSteps: training.totalSteps });
    const show = realTime(await exhibition(training.agent, seed), tell);
    for await (const progress of training.progress()) {
      tell({ type: 'progress', ...progress });
      await show();
      await messages();
      if (run !== latest || run === stopped) break;
    }
    tell({ type: 'finished' });
    while (run === latest) {
      await show();
      await new Promise((resolve) => setTimeout(resolve, stepTime));
    }
    training.dispose();
    await backend.close();
  } catch (error) {
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

/** Steps an exhibition as often as time asks for, and tells where it is. */
function realTime(show: Exhibition, tell: (report: Report) => void): () => Promise<void> {
  let shown = performance.now();
  return async () => {
    const due = Math.floor((performance.now() - shown) / stepTime);
    if (due === 0) return;
    shown += due * stepTime;
    for (let step = 0; step < Math.min(due, mostSteps); step++) await show.step();
    tell({ type: 'scene', state: show.state.slice(), length: show.length });
  };
}

/** Lets messages in; a timer would wait for milliseconds. */
function messages(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
}
