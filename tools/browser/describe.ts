/** Tests that need a browser. Where there is none they are skipped, and the report says so in their names. */
import type { Browser, Page } from 'playwright-core';
import { findChromium, howToInstall, openChromium } from './chromium.ts';
import { serve, type Server } from './server.ts';
import { bundleSite, type SiteSources } from './site.ts';

/**
 * Declares a group of tests over a site.
 *
 * @param declare - Declares the tests; `open` loads the site's first page anew, in a profile of its own, after
 * `prepare`. What the page throws fails the test that opened it last.
 */
export function describeInChromium(
  title: string,
  sources: SiteSources,
  declare: (open: (prepare?: (page: Page) => Promise<void>) => Promise<Page>) => void,
): void {
  const executable = findChromium();
  if (executable === undefined) {
    const reason = `LEFT OUT, no Chromium was found: ${howToInstall}`;
    process.stderr.write(`${title}: ${reason}\n`);
    describe.skip(`${title} (${reason})`, () => declare(() => Promise.reject(new Error(reason))));
    return;
  }
  describe(title, () => {
    let server: Server;
    let browser: Browser;
    const thrown: Error[] = [];
    beforeAll(async () => {
      server = await serve(await bundleSite(sources));
      browser = await openChromium(executable);
    });
    afterEach(() => {
      expect(thrown.splice(0)).toEqual([]);
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });
    declare(async (prepare) => {
      const page = await browser.newPage();
      // The test framework's limit is the only one.
      page.setDefaultTimeout(0);
      page.on('pageerror', (error) => thrown.push(error));
      await prepare?.(page);
      await page.goto(server.url);
      return page;
    });
  });
}
