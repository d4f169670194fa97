// The README's snippets, word for word.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { createAuthLink } from 'aws-appsync-auth-link';
import { createSubscriptionHandshakeLink } from 'aws-appsync-subscription-link';
import { getMe } from './documents.mjs';
import { amplifyConfig, base, scenario } from './local.mjs';
import { Person } from './person.mjs';

const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');

/** The first block of JavaScript below a heading. */
function snippet(heading) {
  const below = readme.split(`### ${heading}\n`)[1];
  assert.ok(below, `no heading '${heading}'`);
  return below.split('```js\n')[1].split('```')[0];
}

/** What a program prints, as a module of its own in this folder, whose packages it finds. */
function run(program) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { env: { ...process.env, SMARTCHAT_URL: base } });
  let said = '';
  child.stdout.on('data', (data) => (said += data));
  child.stderr.on('data', (data) => (said += data));
  const late = setTimeout(() => child.kill('SIGKILL'), 40_000);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(late);
      resolve({ code, said });
    });
  });
}

await scenario('README', async (step) => {
  const { code, said } = await run(snippet('From Amplify'));
  assert.equal(code, 0, said);
  assert.match(said, /^Ann: hello$/m, said);
  step('Amplify: signed up, sent and received');

  const alice = await Person.ready(await amplifyConfig(), 'alice');
  const jwtToken = async () => alice.session.getAccessToken().getJwtToken();
  const program = snippet('From Apollo').replaceAll('http://localhost:4000', base);
  const imported = { ApolloClient, ApolloLink, createAuthLink, createSubscriptionHandshakeLink, HttpLink, InMemoryCache, jwtToken };
  const client = new Function(...Object.keys(imported), `${program}; return client;`)(...Object.values(imported));
  assert.equal((await client.query({ query: gql(getMe) })).data.getMe.id, alice.id);
  step('Apollo: asked');
});
