/** Serves a site to this machine. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import type { Site } from './site.ts';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.onnx': 'application/octet-stream',
  '.wasm': 'application/wasm',
};

/** A server in operation. */
export interface Server {
  /** Where the site is, with a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `site` on the loopback interface.
 *
 * @param port - 0 takes any that is free.
 */
export async function serve(site: Site, port = 0): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname === '/' ? 'index.html' : pathname.slice(1);
    const contents = site.get(path);
    // Cross-origin isolation is what SharedArrayBuffer, and with it threads, ask of a page.
    response.writeHead(contents ? 200 : 404, {
      'content-type': types[extname(path)] ?? 'text/plain; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cache-control': 'no-store',
    });
    response.end(contents ?? `${path} is not here`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
