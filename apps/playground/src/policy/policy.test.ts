import { describeInChromium } from '../../../../tools/browser/describe.ts';
import { playground } from '../../../../tools/browser/site.ts';
import { decisions } from './acting.ts';

/** Milliseconds; a safety net only, as a CPU computes what is meant for GPUs. */
const patience = 600_000;

describeInChromium('the page of one policy', playground, (open) => {
  test(
    'an exported policy decides the same on every engine; a file that is no policy is refused',
    async () => {
      const page = await open();
      await page.getByRole('link', { name: 'Run a policy on every engine' }).click();
      await page.waitForSelector('body[data-phase="finished"]');
      expect(await page.textContent('#status')).toBe('cart-pole.onnx: the same actions everywhere.');
      const actions: string[] = [];
      for (const engine of ['wasm', 'onnx:web', 'tfjs:webgl', 'gpu:webgl2']) {
        const row = page.locator(`tr[data-engine="${engine}"]`);
        expect([engine, await row.getAttribute('data-state')]).toEqual([engine, 'same']);
        expect(Number(await row.locator('.number').getAttribute('data-value'))).toBeGreaterThan(0);
        actions.push((await row.getAttribute('data-actions'))!);
      }
      expect(new Set(actions).size).toBe(1);
      const chosen = actions[0]!.split(' ');
      expect(chosen).toHaveLength(decisions);
      expect(new Set(chosen)).toEqual(new Set(['0', '1']));

      const note = { name: 'note.onnx', mimeType: '', buffer: Buffer.alloc(5, 1) };
      await page.setInputFiles('#file', note);
      await page.waitForSelector('body[data-phase="failed"]');
      expect(await page.textContent('#status')).toMatch(
        /note\.onnx: readModel: 5 bytes that are no ONNX model/,
      );
    },
    patience,
  );
});
