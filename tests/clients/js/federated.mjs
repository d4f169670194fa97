// aws-amplify v6 in headless Chromium: signInWithRedirect through the hosted pages and the provider's stand-in.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { amplifyConfig, freshEmail, scenario } from './local.mjs';
import { Person } from './person.mjs';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const SEARCH = '{ searchUsers(query: "nobody at all") { items { id } } }';
const ACCEPT = 'mutation { acceptTerms(input: { version: "1" }) { termsVersion } }';

/** The app's own server. The browser finds it at an address of the template, whatever its port. */
async function serveApp(config) {
  const bundle = await build({ entryPoints: ['federated-page.mjs'], bundle: true, write: false, format: 'esm', define: { global: 'globalThis' } });
  const files = {
    '/': ['text/html', '<!doctype html><title>chat</title><script type="module" src="/page.js"></script>'],
    '/page.js': ['text/javascript', bundle.outputFiles[0].text],
    '/config.json': ['application/json', JSON.stringify(config)],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url.split('?')[0]] ?? ['text/plain', ''];
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return server;
}

/** The certificate of the local cloud is its own. */
async function openApp(browser) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const tab = await context.newPage();
  tab.on('pageerror', (error) => console.error('page:', error));
  await tab.goto('http://localhost:3000/');
  return tab;
}

const loaded = (tab) => tab.waitForFunction(() => globalThis.ready);

/** Leaves the app for the provider's page. */
async function choose(tab, provider) {
  await loaded(tab);
  await tab.evaluate((wanted) => globalThis.signIn(wanted), provider);
  await tab.waitForURL(/stand-in/);
}

/** Says at the provider's page who it is. */
async function introduce(tab, { email, verified = true }) {
  await tab.fill('[name=email]', email);
  await tab.fill('[name=name]', 'Somebody');
  await tab.setChecked('[name=verified]', verified);
  await tab.click('[value=continue]');
}

/** How the visit ended, in the app. */
async function outcome(tab) {
  await tab.waitForURL(/^http:\/\/localhost:3000\//);
  await loaded(tab);
  const handle = await tab.waitForFunction(() => globalThis.outcome);
  return handle.jsonValue();
}

const ask = (tab, query) => tab.evaluate((text) => globalThis.ask(text), query);

async function leave(tab) {
  await tab.evaluate(() => globalThis.leave());
  await tab.waitForURL('http://localhost:3000/');
  await loaded(tab);
  await tab.waitForFunction(async () => !(await globalThis.isSignedIn()));
}

await scenario('aws-amplify by providers', async (step) => {
  const config = await amplifyConfig();
  const server = await serveApp(config);
  const address = `--host-resolver-rules=MAP localhost:3000 127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...flags, address] });
  try {
    const tab = await openApp(browser);

    step('a newcomer comes by Google');
    await choose(tab, 'Google');
    await introduce(tab, { email: freshEmail('newcomer') });
    assert.equal(await outcome(tab), 'signed in');
    assert.equal((await ask(tab, '{ getMe { termsVersion } }')).getMe.termsVersion, '');
    assert.equal(await ask(tab, SEARCH), 'Forbidden');

    step('and accepts the terms');
    assert.equal((await ask(tab, ACCEPT)).acceptTerms.termsVersion, '1');
    await tab.evaluate(() => globalThis.freshTokens());
    assert.deepEqual((await ask(tab, SEARCH)).searchUsers.items, []);

    step('sign-out takes the browser to the hosted pages and back');
    await leave(tab);

    step('somebody with a password comes by LinkedIn, and is linked');
    const alice = await Person.ready(config, 'alice');
    await choose(tab, { custom: 'LinkedIn' });
    await introduce(tab, { email: alice.email });
    // The first visit fails, and the app begins another by itself.
    await tab.waitForURL(/stand-in/);
    await introduce(tab, { email: alice.email });
    assert.equal(await outcome(tab), 'signed in');
    assert.ok(await tab.evaluate(() => globalThis.again()), 'the second visit');
    assert.equal((await ask(tab, '{ getMe { id termsVersion } }')).getMe.id, alice.id);
    assert.deepEqual((await ask(tab, SEARCH)).searchUsers.items, []);
    await leave(tab);

    step('an address that is not verified is refused in words of its own');
    await choose(tab, 'Google');
    await introduce(tab, { email: alice.email, verified: false });
    assert.match(await outcome(tab), /has not verified your email address/);
  } finally {
    await browser.close();
    server.close();
  }
});
