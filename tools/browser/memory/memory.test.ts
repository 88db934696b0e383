import { describeInChromium } from '../describe.ts';
import type { CountObjects } from './page.ts';

const site = { entries: ['tools/browser/memory/page.ts'], files: ['tools/browser/index.html'] };

describeInChromium('memory in Chromium', site, (open) => {
  test('gpu.js leaves nothing on the GPU: neither from run to run nor when the backend is closed', async () => {
    const page = await open();
    const counts = await page.evaluate(() =>
      (globalThis as unknown as { countObjects: CountObjects }).countObjects([10, 100, 100]),
    );
    const [early, later, last, closed] = counts as [number, number, number, number];
    expect(early).toBeGreaterThan(0);
    expect([later, last]).toEqual([early, early]);
    expect(closed).toBeLessThan(early);
  });
});
