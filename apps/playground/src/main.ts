/** The page: starts and stops the worker's training, and shows what it reports. */
import { browserBackends, type BrowserBackendName } from './backends.ts';
import { learningCurve } from './curve.ts';
import type { Report, Reported, Request } from './messages.ts';
import { drawPole } from './pole.ts';
import { solvedReturn } from './training.ts';

type State = 'idle' | 'training' | 'finished' | 'stopped' | 'failed';

const form = element('controls', HTMLFormElement);
const stop = element('stop', HTMLButtonElement);
const progress = element('progress', HTMLProgressElement);
const status = element('status', HTMLElement);
const scene = element('pole', HTMLCanvasElement);
const curve = learningCurve(element('curve', HTMLElement));
const worker = new Worker('worker.js', { type: 'module' });

let run = 0;
let startTime = 0;
let totalSteps = 0;
let solved: { readonly step: number; readonly seconds: number } | undefined;
let pole = { position: 0, angle: 0.02, length: 0 };
let frame = 0;

const choices = Object.entries(browserBackends).map(([name, { label }]) => new Option(label, name));
element('backend', HTMLSelectElement).append(...choices);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const chosen = new FormData(form);
  const seed = Number(chosen.get('seed'));
  startTime = performance.now();
  solved = undefined;
  progress.value = 0;
  for (const name of ['steps', 'speed', 'return', 'evaluation', 'solved', 'elapsed', 'engine'])
    write(name, '–');
  write('used-seed', String(seed), seed);
  enter('training', 'Compiling …');
  run += 1;
  send({ type: 'start', run, backend: chosen.get('backend') as BrowserBackendName, seed });
});

stop.addEventListener('click', () => {
  enter('stopped', 'Stopped; the policy goes on with what it has learned.');
  send({ type: 'stop' });
});

worker.addEventListener('message', ({ data }: MessageEvent<Reported>) => {
  if (data.run !== run) return;
  show(data.report);
  if (frame === 0) frame = requestAnimationFrame(draw);
});
worker.addEventListener('error', ({ message }) => enter('failed', message));
new ResizeObserver(draw).observe(scene);

function show(report: Report): void {
  const seconds = (performance.now() - startTime) / 1000;
  switch (report.type) {
    case 'opened':
      totalSteps = report.totalSteps;
      curve.start(totalSteps);
      write('engine', report.engine);
      if (state() === 'training') enter('training', 'Training …');
      break;
    case 'progress': {
      const { step, meanReturn, evaluation } = report;
      curve.add(report);
      write('steps', whole(step), step);
      progress.value = step / totalSteps;
      write('speed', whole(step / seconds), step / seconds);
      if (!Number.isNaN(meanReturn)) write('return', meanReturn.toFixed(1), meanReturn);
      if (evaluation !== undefined) write('evaluation', evaluation.toFixed(1), evaluation);
      if (evaluation !== undefined && evaluation >= solvedReturn && solved === undefined) {
        solved = { step, seconds };
        write('solved', `${seconds.toFixed(1)} s, ${whole(step)} steps`, seconds);
      }
      break;
    }
    case 'pole':
      pole = report;
      break;
    case 'finished':
      write('elapsed', `${seconds.toFixed(1)} s`, seconds);
      if (state() === 'training') enter('finished', `Trained in ${seconds.toFixed(1)} s.`);
      break;
    case 'failed':
      enter('failed', report.message);
  }
}

/** Draws at most once a frame, however many reports come. */
function draw(): void {
  frame = 0;
  curve.draw();
  drawPole(scene, pole.position, pole.angle);
  write('length', String(pole.length), pole.length);
}

function state(): State {
  return document.body.dataset['state'] as State;
}

function enter(next: State, text: string): void {
  document.body.dataset['state'] = next;
  status.textContent = text;
  stop.disabled = next !== 'training';
}

function send(request: Request): void {
  worker.postMessage(request);
}

/** Shows a number; its exact value is there for programs. */
function write(id: string, text: string, value?: number): void {
  const place = element(id, HTMLDataElement);
  place.textContent = text;
  place.value = value === undefined ? text : String(value);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function element<E extends HTMLElement>(id: string, type: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`index.html: expected a ${type.name} with id "${id}"`);
  return found;
}
