// Mutation.sendMessage without anything behind it: the message is made up from the input, and nothing is stored.
import { util } from '@aws-appsync/utils';

export function request(ctx) {
  const { id, conversationId, text } = ctx.arguments.input;
  return { payload: { id, conversationId, text, seq: 1, senderId: 'sender', kind: 'TEXT', createdAt: util.time.nowISO8601() } };
}

export function response(ctx) {
  return ctx.result;
}
