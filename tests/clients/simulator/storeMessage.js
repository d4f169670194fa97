// Mutation.sendMessage as one PutItem.
import { util } from '@aws-appsync/utils';

export function request(ctx) {
  const { id, conversationId, text } = ctx.arguments.input;
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ id }),
    attributeValues: util.dynamodb.toMapValues({ conversationId, text, seq: 1, senderId: 'sender', kind: 'TEXT', createdAt: util.time.nowISO8601() }),
  };
}

export function response(ctx) {
  if (ctx.error) util.error(ctx.error.message, ctx.error.type);
  return ctx.result;
}
