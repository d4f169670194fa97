// Subscription.onTyping: who types in one conversation, for as long as the listener is a member.
// The step before has checked the membership; a function cannot set filters, so this script does.

import { extensions } from '@aws-appsync/utils';

export function request() {
  return {};
}

export function response(ctx) {
  const { conversationId, userId } = ctx.prev.result;
  extensions.setSubscriptionFilter({
    filterGroup: [{ filters: [{ fieldName: 'conversationId', operator: 'eq', value: conversationId }] }],
  });
  // `publishEvents` invalidates with the conversation and the person whose membership ended.
  extensions.setSubscriptionInvalidationFilter({
    filterGroup: [
      {
        filters: [
          { fieldName: 'conversationId', operator: 'eq', value: conversationId },
          { fieldName: 'userId', operator: 'eq', value: userId },
        ],
      },
    ],
  });
  return null;
}
