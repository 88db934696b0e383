/**
 * The program of a worker, as text: the same for Node's worker threads and for a browser's workers, and no file that a
 * bundler would have to find. It takes part in runs while there are any, dozes between them, and goes to its mail (its
 * event loop) when the control block says that there is some.
 */
import { word } from './control.ts';

/** Looks at the generation before a worker dozes: some 100 µs, so that minibatch follows minibatch without a wake-up. */
const patience = 20_000;

/** Source of the worker. */
export const workerSource = `
'use strict';
const port = typeof require === 'function' ? require('node:worker_threads').parentPort : self;
const works = new Map();
let memory, control, handled = 0, seen = -1;

function serve() {
  for (let looks = 0; Atomics.load(control, ${word.mail}) === handled; looks++) {
    const generation = Atomics.load(control, ${word.generation});
    if (generation % 2 === 0 && generation !== seen) {
      looks = 0;
      seen = generation;
      Atomics.add(control, ${word.active}, 1);
      try {
        if (Atomics.load(control, ${word.generation}) === generation) works.get(control[${word.job}])?.(1);
      } catch {
        Atomics.store(control, ${word.failed}, 1);
      }
      Atomics.sub(control, ${word.active}, 1);
    } else if (looks > ${patience}) {
      Atomics.wait(control, ${word.generation}, generation);
      looks = 0;
    }
  }
}

function receive({ start, add, remove }) {
  if (start) {
    memory = start.memory;
    control = new Int32Array(memory.buffer, start.control, start.words);
  }
  if (add) works.set(add.job, new WebAssembly.Instance(add.module, { host: { memory } }).exports.work);
  if (remove) works.delete(remove.job);
  handled += 1;
  serve();
}

if (typeof require === 'function') port.on('message', receive);
else port.onmessage = ({ data }) => receive(data);
`;
