// aws-amplify v6 in headless Chromium: the same chat as in Node, from another origin.
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { other } from './other.mjs';
import { amplifyConfig, codeFor, freshEmail, password, scenario, terms } from './local.mjs';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

await scenario('aws-amplify (Chromium)', async (step) => {
  const bundle = await build({ entryPoints: ['browser-page.mjs'], bundle: true, write: false, format: 'esm', define: { global: 'globalThis' } });
  const script = bundle.outputFiles[0].text;
  const page = '<!doctype html><title>chat</title><script type="module" src="/page.js"></script>';
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' }).end(isScript ? script : page);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
  try {
    const config = await amplifyConfig();
    const bob = await other(config);
    const tab = await browser.newPage();
    tab.on('pageerror', (error) => console.error('page:', error));
    await tab.exposeFunction('step', step);
    await tab.exposeFunction('codeFor', codeFor);
    await tab.exposeFunction('bobSends', async (...args) => void (await bob.send(...args)));
    await tab.exposeFunction('bobReads', (...args) => bob.texts(...args));
    await tab.goto(`http://localhost:${server.address().port}/`);
    await tab.waitForFunction(() => globalThis.run);
    await tab.evaluate((given) => globalThis.run(given), { config, email: freshEmail('alice'), password, terms, bobId: bob.id });
  } finally {
    await browser.close();
    server.close();
  }
});
