// The other person of the Amplify scenarios.
import { randomUUID } from 'node:crypto';
import * as documents from './documents.mjs';
import { Person } from './person.mjs';

export async function other(config) {
  const bob = await Person.ready(config, 'bob');
  return {
    id: bob.id,
    send: (conversationId, text) => bob.graphql(documents.sendMessage, { input: { id: randomUUID(), conversationId, text } }),
    texts: async (conversationId) =>
      (await bob.graphql(documents.listMessages, { conversationId })).listMessages.items.map((message) => message.text),
  };
}
