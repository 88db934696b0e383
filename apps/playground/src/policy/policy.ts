/** The page: one exported policy on several engines, one after the other; its actions and how long each takes. */
import { act, policyTask, type Acting, type Task } from './acting.ts';
import { policyEngines, type PolicyEngine } from './engines.ts';

/** Actions that are shown. */
const shown = 40;
/** Real actions may differ by rounding. */
const tolerance = 1e-4;

const status = document.getElementById('status')!;
const rows = document.getElementById('engines') as HTMLTableSectionElement;
const chooser = document.getElementById('file') as HTMLInputElement;

chooser.addEventListener('change', () => {
  const [file] = chooser.files ?? [];
  if (file) void show(file.name, file.arrayBuffer());
});
void show(
  'cart-pole.onnx',
  fetch('cart-pole.onnx').then((response) => response.arrayBuffer()),
);

async function show(name: string, file: Promise<ArrayBuffer>): Promise<void> {
  document.body.dataset['phase'] = 'acting';
  chooser.disabled = true;
  rows.replaceChildren();
  try {
    const task = policyTask(new Uint8Array(await file));
    let first: Acting | undefined;
    let [acted, differing] = [0, 0];
    for (const engine of policyEngines) {
      status.textContent = `${name}: ${engine.label} …`;
      const acting = await attempt(engine, task);
      const hasActed = typeof acting !== 'string';
      const isSame = hasActed && agrees(acting, (first ??= acting));
      if (hasActed) acted++;
      if (hasActed && !isSame) differing++;
      rows.append(row(engine, acting, isSame));
    }
    if (acted === 0) enter('failed', `${name}: no engine could run it.`);
    else if (differing > 0) enter('finished', `${name}: ${differing} differ.`);
    else enter('finished', `${name}: the same actions everywhere.`);
  } catch (error) {
    enter('failed', `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  chooser.disabled = false;
}

/** What an engine did, or why it does not run here. */
async function attempt({ open }: PolicyEngine, task: Task): Promise<Acting | string> {
  try {
    const backend = await open();
    const acting = await act(backend, task);
    await backend.close();
    return acting;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function agrees({ actions }: Acting, { actions: wanted }: Acting): boolean {
  return actions.length === wanted.length && actions.every((x, i) => Math.abs(x - wanted[i]!) <= tolerance);
}

function row({ name, label }: PolicyEngine, acting: Acting | string, isSame: boolean): HTMLElement {
  const line = document.createElement('tr');
  line.dataset['engine'] = name;
  const cell = (text: string, kind = '') => {
    const place = line.insertCell();
    place.textContent = text;
    place.className = kind;
    return place;
  };
  cell(label);
  if (typeof acting === 'string') {
    line.dataset['state'] = 'missing';
    cell(acting, 'reason').colSpan = 4;
    return line;
  }
  const { engine, latency, actions } = acting;
  line.dataset['state'] = isSame ? 'same' : 'different';
  line.dataset['actions'] = actions.join(' ');
  cell(engine);
  cell(latency.toLocaleString('en', { maximumSignificantDigits: 3 }), 'number').dataset['value'] =
    String(latency);
  cell(isSame ? 'same' : 'different', isSame ? '' : 'reason');
  cell(digits(actions), 'actions');
  return line;
}

/** The first actions: choices as digits, real numbers as such. */
function digits(actions: readonly number[]): string {
  const isChoice = actions.every((action) => Number.isInteger(action));
  return isChoice
    ? actions.slice(0, shown).join('')
    : actions
        .slice(0, shown / 8)
        .map((action) => action.toFixed(2))
        .join(' ');
}

function enter(phase: string, text: string): void {
  document.body.dataset['phase'] = phase;
  status.textContent = text;
}
