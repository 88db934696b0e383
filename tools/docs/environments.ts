/** The facts of each environment's page, from the registry: picture, ids, time limits, spaces. */
import { existsSync, readdirSync } from 'node:fs';
import { builtinEnvironments, makeEnvironment } from '@ascent-rl/environments';

const folder = new URL('../../docs/environments/', import.meta.url);

/** Ids that differ from a page's own in options only, and share the page. */
const variants: Readonly<Record<string, readonly string[]>> = {
  'CartPole-v1': ['CartPole-v0'],
  'Pendulum-v1': ['PendulumPixels-v1'],
  'CliffWalking-v1': ['CliffWalkingSlippery-v1'],
  'FrozenLake-v1': ['FrozenLake8x8-v1'],
  'Driving-v0': ['DrivingCruise-v0'],
};

/** The generated part of each page that is there: of docs/environments/<id>.md. */
export function environmentPages(): readonly { readonly page: string; readonly text: string }[] {
  return readdirSync(folder)
    .map((file) => file.replace(/\.md$/, ''))
    .filter((id) => builtinEnvironments.ids.includes(id))
    .map((id) => ({ page: `docs/environments/${id}.md`, text: factsOf(id) }));
}

function factsOf(id: string): string {
  const ids = [id, ...(variants[id] ?? [])];
  const pictures = ids.filter((one) => existsSync(new URL(`pictures/${one}.png`, folder)));
  const facts = ids.map((one) => {
    const { observationSpace, actionSpace } = makeEnvironment(one);
    const limit = builtinEnvironments.find(one).maxEpisodeSteps;
    return `| \`${one}\` | \`${String(observationSpace)}\` | \`${String(actionSpace)}\` | ${limit ?? 'none'} |`;
  });
  return [
    ...pictures.map((one) => `![A picture of ${one}](pictures/${one}.png)\n`),
    '| id | observation | action | truncated after |',
    '|---|---|---|--:|',
    ...facts,
  ].join('\n');
}
