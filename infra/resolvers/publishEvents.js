// Mutation.publishEvents: hands the events to subscribers as they are, and ends the typing subscriptions of those who
// are members no more. Nothing is stored. The template lets the publisher function alone call it.
import { extensions } from '@aws-appsync/utils';

export function request(ctx) {
  const { recipients, events } = ctx.arguments.input;
  return { payload: { recipients, events: typeof events === 'string' ? JSON.parse(events) : events } };
}

export function response(ctx) {
  const ended = ctx.arguments.input.ended ?? [];
  for (const { conversationId, userId } of ended) {
    extensions.invalidateSubscriptions({
      subscriptionField: 'onTyping',
      payload: { conversationId, userId },
    });
  }
  return ctx.result;
}
