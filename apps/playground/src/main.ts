/** The page: starts and stops the worker's training, and shows what it reports. */
import { findPainter, type Painter } from '@ascent-rl/environments/rendering';
import { browserBackends, type BrowserBackendName } from './backends.ts';
import { learningCurve } from './curve.ts';
import type { Report, Reported, Request } from './messages.ts';
import { solvedReturn, task } from './training.ts';

type Phase = 'idle' | 'training' | 'finished' | 'stopped' | 'failed';

const form = element('controls', HTMLFormElement);
const stop = element('stop', HTMLButtonElement);
const progress = element('progress', HTMLProgressElement);
const status = element('status', HTMLElement);
const painter = findPainter(task)!;
const canvas = canvasOf(element('scene', HTMLCanvasElement), painter);
const curve = learningCurve(element('curve', HTMLElement));
const worker = new Worker('worker.js', { type: 'module' });

let run = 0;
let startTime = 0;
let totalSteps = 0;
let isSolved = false;
let scene: Pick<Report & { type: 'scene' }, 'state' | 'length'> = { state: new Float32Array(4), length: 0 };
let frame = 0;

const choices = Object.entries(browserBackends).map(([name, { label }]) => new Option(label, name));
element('backend', HTMLSelectElement).append(...choices);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const chosen = new FormData(form);
  const seed = Number(chosen.get('seed'));
  startTime = performance.now();
  isSolved = false;
  progress.value = 0;
  for (const name of [
    'steps',
    'speed',
    'return',
    'evaluation',
    'solved',
    'solved-steps',
    'elapsed',
    'engine',
  ])
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
draw();

function show(report: Report): void {
  const seconds = (performance.now() - startTime) / 1000;
  switch (report.type) {
    case 'opened':
      totalSteps = report.totalSteps;
      curve.start(totalSteps);
      write('engine', report.engine);
      if (phase() === 'training') enter('training', 'Training …');
      break;
    case 'progress': {
      const { step, meanReturn, evaluation } = report;
      curve.add(report);
      write('steps', whole(step), step);
      progress.value = step / totalSteps;
      write('speed', whole(step / seconds), step / seconds);
      if (!Number.isNaN(meanReturn)) write('return', meanReturn.toFixed(1), meanReturn);
      if (evaluation !== undefined) write('evaluation', evaluation.toFixed(1), evaluation);
      if (evaluation !== undefined && evaluation >= solvedReturn && !isSolved) {
        isSolved = true;
        write('solved', `${seconds.toFixed(1)} s`, seconds);
        write('solved-steps', `${whole(step)} steps`, step);
      }
      break;
    }
    case 'scene':
      scene = report;
      break;
    case 'finished':
      write('elapsed', `${seconds.toFixed(1)} s`, seconds);
      if (phase() === 'training') enter('finished', `Trained in ${seconds.toFixed(1)} s.`);
      break;
    case 'failed':
      enter('failed', report.message);
  }
}

/** Draws at most once a frame, however many reports come. */
function draw(): void {
  frame = 0;
  curve.draw();
  painter.paint(canvas, scene);
  write('length', String(scene.length), scene.length);
}

/** The canvas with twice the painter's pixels, for dense screens. */
function canvasOf(place: HTMLCanvasElement, { width, height }: Painter): CanvasRenderingContext2D {
  [place.width, place.height] = [2 * width, 2 * height];
  const context = place.getContext('2d')!;
  context.scale(2, 2);
  return context;
}

function phase(): Phase {
  return document.body.dataset['phase'] as Phase;
}

function enter(next: Phase, text: string): void {
  document.body.dataset['phase'] = next;
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
