// Subscription.onEvent: a device gets the events whose recipients include its user, whatever it asks for.
import { extensions, util } from '@aws-appsync/utils';

export function request() {
  return { payload: null };
}

export function response(ctx) {
  // What functions refuse to newcomers by their type of caller.
  if (ctx.identity.claims.terms === 'pending') {
    util.error('accept the terms first: acceptTerms, then refresh the tokens', 'Forbidden');
  }
  const filter = { recipients: { contains: ctx.identity.sub } };
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(filter));
  return null;
}
