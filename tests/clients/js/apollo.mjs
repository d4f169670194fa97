// @apollo/client with the two AppSync links.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { createAuthLink } from 'aws-appsync-auth-link';
import { createSubscriptionHandshakeLink } from 'aws-appsync-subscription-link';
import * as documents from './documents.mjs';
import { other } from './other.mjs';
import { amplifyConfig, base, scenario, until } from './local.mjs';
import { Person } from './person.mjs';

const sockets = new Set();
globalThis.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    sockets.add(this);
  }
};

await scenario('@apollo/client', async (step) => {
  const config = await amplifyConfig();
  const alice = await Person.ready(config, 'alice');
  const auth = { type: 'AMAZON_COGNITO_USER_POOLS', jwtToken: async () => alice.session.getAccessToken().getJwtToken() };
  const settings = { url: `${base}/graphql`, region: config.API.GraphQL.region, auth };
  const link = ApolloLink.from([createAuthLink(settings), createSubscriptionHandshakeLink(settings, new HttpLink({ uri: settings.url }))]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });

  const me = await client.query({ query: gql(documents.getMe) });
  assert.equal(me.data.getMe.displayName, 'alice');
  const bob = await other(config);
  const created = await client.mutate({
    mutation: gql(documents.createDirectConversation),
    variables: { input: { userId: bob.id } },
  });
  const conversationId = created.data.createDirectConversation.id;
  step('queried and mutated');

  await assert.rejects(client.query({ query: gql(documents.getConversation), variables: { id: documents.absentConversation } }), (error) => {
    assert.equal(error.errors[0].errorType ?? error.errors[0].extensions?.errorType, 'NotFound');
    return true;
  });
  step('saw a typed error');

  const listen = () => {
    const texts = [];
    let failed;
    const subscription = client.subscribe({ query: gql(documents.onEvent) }).subscribe({
      // Apollo tells errors as results.
      next: ({ data, error }) => {
        failed ??= error;
        texts.push(...(data?.onEvent?.events ?? []).map((event) => event.message?.text));
      },
      error: (error) => (failed = error),
    });
    return { texts, subscription, failed: () => failed };
  };
  const hears = async (ear, text) => {
    // The link does not say when a subscription stands, so bob repeats himself until he is heard.
    let round = 0;
    await until(`'${text}'`, async () => {
      if (round++ % 25 === 0) await bob.send(conversationId, text);
      return ear.texts.includes(text);
    });
  };
  const first = listen();
  await hears(first, 'hello from bob');
  const sent = await client.mutate({
    mutation: gql(documents.sendMessage),
    variables: { input: { id: randomUUID(), conversationId, text: 'hello from alice' } },
  });
  assert.ok(sent.data.sendMessage.seq > 1);
  await until('her own message', () => first.texts.includes('hello from alice'));
  step('chatted live');

  sockets.forEach((socket) => socket.terminate());
  await until('the broken connection to be told', () => first.failed());
  const second = listen();
  await hears(second, 'welcome back');
  second.subscription.unsubscribe();
  step('reconnected');

  await alice.refresh();
  await client.query({ query: gql(documents.getMe), fetchPolicy: 'network-only' });
  step('refreshed the token');
});
