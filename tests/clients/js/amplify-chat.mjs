// What an Amplify app does, in Node and in a browser alike. `outside` is what the app cannot do itself: read mail, be
// the other person, cut the network.
import { Amplify } from 'aws-amplify';
import { generateClient } from 'aws-amplify/api';
import { confirmSignUp, fetchAuthSession, getCurrentUser, signIn, signOut, signUp } from 'aws-amplify/auth';
import { CONNECTION_STATE_CHANGE } from 'aws-amplify/api';
import { Hub } from 'aws-amplify/utils';
import * as documents from './documents.mjs';

const ensure = (condition, what) => {
  if (!condition) throw new Error(what);
};

/** Resolves when `test` of a Hub message on the `api` channel is true. */
const hub = (test) =>
  new Promise((resolve) => {
    const stop = Hub.listen('api', ({ payload }) => {
      if (test(payload)) {
        stop();
        resolve();
      }
    });
  });
const connected = () => hub((payload) => payload.event === CONNECTION_STATE_CHANGE && payload.data.connectionState === 'Connected');

export async function chat(config, { email, password, terms, codeFor, other, dropConnections, until, step }) {
  Amplify.configure(config);
  const client = generateClient();
  const signedUp = await signUp({ username: email, password, options: { userAttributes: { email, name: 'Alice', ...terms } } });
  ensure(signedUp.nextStep.signUpStep === 'CONFIRM_SIGN_UP', JSON.stringify(signedUp));
  await confirmSignUp({ username: email, confirmationCode: await codeFor(email) });
  const signedIn = await signIn({ username: email, password });
  ensure(signedIn.isSignedIn, JSON.stringify(signedIn));
  const { userId } = await getCurrentUser();
  step('signed up, confirmed, signed in');

  const me = await client.graphql({ query: documents.getMe });
  ensure(me.data.getMe.id === userId && me.data.getMe.displayName === 'Alice', JSON.stringify(me));
  const bob = await other();
  const created = await client.graphql({ query: documents.createDirectConversation, variables: { input: { userId: bob.id } } });
  const conversationId = created.data.createDirectConversation.id;
  step('opened a conversation');

  const failure = await client.graphql({ query: documents.getConversation, variables: { id: documents.absentConversation } }).then(
    () => null,
    (error) => error,
  );
  ensure(failure?.errors?.[0]?.errorType === 'NotFound', `expected NotFound, got ${JSON.stringify(failure)}`);
  ensure(failure.data.getConversation === null, 'the field of an error is null');
  step('saw a typed error');

  const events = [];
  const live = connected();
  const subscription = client.graphql({ query: documents.onEvent }).subscribe({
    next: ({ data }) => events.push(...data.onEvent.events),
    error: (error) => events.push({ type: 'ERROR', error }),
  });
  await live;
  const got = (text) => until(`the event of '${text}'`, () => events.find((event) => event.message?.text === text));

  await bob.send(conversationId, 'hello from bob');
  const event = await got('hello from bob');
  ensure(event.type === 'MESSAGE_SENT' && event.message.sender.displayName === 'bob', JSON.stringify(event));
  const id = crypto.randomUUID();
  const send = () =>
    client.graphql({ query: documents.sendMessage, variables: { input: { id, conversationId, text: 'hello from alice' } } });
  const [first, again] = [await send(), await send()];
  ensure(first.data.sendMessage.seq === 2 && again.data.sendMessage.seq === 2, 'sent once');
  ensure((await bob.texts(conversationId)).at(-1) === 'hello from alice', 'bob reads it');
  step('chatted live');

  const before = (await fetchAuthSession()).tokens.accessToken.toString();
  const after = (await fetchAuthSession({ forceRefresh: true })).tokens.accessToken.toString();
  ensure(before !== after, 'the token is new');
  await client.graphql({ query: documents.getMe });
  step('refreshed the token');

  const back = connected();
  await dropConnections();
  await bob.send(conversationId, 'while you were away');
  await back;
  const missed = await client.graphql({ query: documents.listMessages, variables: { conversationId } });
  ensure(missed.data.listMessages.items.at(-1).text === 'while you were away', 'what was missed is there');
  await bob.send(conversationId, 'welcome back');
  await got('welcome back');
  step('reconnected by itself');

  subscription.unsubscribe();
  ensure(!events.some((event) => event.type === 'ERROR'), JSON.stringify(events));
  await signOut({ global: true });
  const anonymous = await fetchAuthSession();
  ensure(!anonymous.tokens, 'signed out');
  step('signed out');
}
