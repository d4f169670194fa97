import { extensions, util } from '@aws-appsync/utils';

export const request = () => ({ payload: null });

export function response(ctx) {
    if (ctx.args.shelf) {
        extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ shelf: { eq: ctx.args.shelf } }));
    }
    return null;
}
