import { describeInChromium } from '../../../tools/browser/describe.ts';
import { playground } from '../../../tools/browser/site.ts';
import { solvedReturn } from './training.ts';

describeInChromium('the playground', playground, (open) => {
  test('trains CartPole-v1 until 100 episodes reach a mean return of 475', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForSelector('body[data-phase="finished"]');
    const number = async (id: string) => Number(await page.getAttribute(`#${id}`, 'value'));
    expect(await number('evaluation')).toBeGreaterThanOrEqual(solvedReturn);
    expect(await number('return')).toBeGreaterThanOrEqual(solvedReturn);
    expect(await number('solved')).toBeGreaterThan(0);
    expect(await number('steps')).toBeGreaterThanOrEqual(100_000);
    expect(await page.textContent('#engine')).toMatch(/^WebAssembly (relaxed-)?simd$/);
  });

  test('stops when asked to, shows the policy on, and starts anew with another seed', async () => {
    const page = await open();
    const value = (id: string) => page.getAttribute(`#${id}`, 'value');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForFunction(() => document.querySelector('data#steps')?.textContent !== '–');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.waitForFunction(() => document.querySelector('data#elapsed')?.textContent !== '–');
    expect(Number(await value('steps'))).toBeLessThan(100_000);
    const shown = await value('length');
    await page.waitForFunction(
      (old) => document.querySelector<HTMLDataElement>('#length')?.value !== old,
      shown,
    );

    await page.getByLabel('Seed').fill('7');
    await page.getByLabel('Backend').selectOption('wasm-simd');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForFunction(() => document.querySelector('data#engine')?.textContent !== '–');
    expect(await value('used-seed')).toBe('7');
    expect(await page.textContent('#engine')).toBe('WebAssembly simd');
  });

  test('says so where the browser has no SIMD', async () => {
    const page = await open(async (fresh) => {
      await fresh.route('**/worker.js', async (route) => {
        const response = await route.fetch();
        await route.fulfill({
          response,
          body: `WebAssembly.validate = () => false;${await response.text()}`,
        });
      });
    });
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForSelector('body[data-phase="failed"]');
    expect(await page.textContent('#status')).toContain('this engine has no SIMD instructions');
  });
});
