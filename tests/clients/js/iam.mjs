// The identity pool through aws-amplify: guest and member get credentials, sign their requests with them, and reach
// nothing, because no field is theirs; the member's token still works beside them.
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { Amplify } from 'aws-amplify';
import { generateClient } from 'aws-amplify/api';
import { confirmSignUp, fetchAuthSession, signIn, signOut, signUp } from 'aws-amplify/auth';
import { getMe } from './documents.mjs';
import { requests } from './fields.mjs';
import { amplifyConfig, codeFor, freshEmail, password, scenario, terms } from './local.mjs';

globalThis.WebSocket = WebSocket;

await scenario('aws-amplify (identity pool)', async (step) => {
  Amplify.configure(await amplifyConfig());
  const client = generateClient();

  /** How a request with AWS credentials is answered, field by field. */
  const outcome = async ({ query, variables }) => {
    try {
      await client.graphql({ query, variables, authMode: 'iam' });
      return 'an answer';
    } catch (error) {
      return error.errors?.map((one) => one.errorType ?? one.message).join() ?? String(error);
    }
  };
  const refusedEverywhere = async () => {
    const fields = await requests('Query', 'Mutation');
    assert.ok(fields.length > 40, `${fields.length} fields`);
    const outcomes = await Promise.all(fields.map(async (field) => [field.name, await outcome(field)]));
    assert.deepEqual(outcomes.filter(([, how]) => how !== 'Unauthorized'), []);
    return fields.length;
  };
  const cannotListen = async () => {
    for (const { name, query, variables } of await requests('Subscription')) {
      const refused = await new Promise((resolve, reject) => {
        const heard = { next: () => reject(new Error(`${name} is open`)), error: resolve, complete: () => reject(new Error(name)) };
        client.graphql({ query, variables, authMode: 'iam' }).subscribe(heard);
      });
      assert.match(JSON.stringify(refused), /Unauthorized/, name);
    }
  };

  const guest = await fetchAuthSession();
  assert.ok(guest.credentials?.sessionToken && guest.identityId && !guest.tokens, 'a guest has credentials and no tokens');
  step(`as a guest, refused by ${await refusedEverywhere()} fields`);
  await cannotListen();
  step('as a guest, hears nothing');

  const email = freshEmail('mia');
  await signUp({ username: email, password, options: { userAttributes: { email, name: 'Mia', ...terms } } });
  await confirmSignUp({ username: email, confirmationCode: await codeFor(email) });
  await signIn({ username: email, password });
  const member = await fetchAuthSession();
  assert.notEqual(member.credentials.accessKeyId, guest.credentials.accessKeyId);
  assert.ok(member.tokens.accessToken, 'a member has both');
  step(`as a member, refused by ${await refusedEverywhere()} fields without a token`);
  await cannotListen();
  assert.equal((await client.graphql({ query: getMe })).data.getMe.displayName, 'Mia');
  step('as a member, served with a token');

  await signOut();
  const after = await fetchAuthSession();
  assert.ok(after.credentials && !after.tokens, 'a guest again');
  step('a guest again after signing out');
});
