import { util } from '@aws-appsync/utils';
import { operations, update } from '@aws-appsync/utils/dynamodb';

export function request(ctx) {
    return update({
        key: { isbn: ctx.args.isbn },
        update: { lentTo: ctx.args.to, loans: operations.increment() },
        condition: { and: [{ isbn: { attributeExists: true } }, { lentTo: { attributeExists: false } }] },
    });
}

export function response(ctx) {
    if (ctx.error) util.error('There is no such book, or it is lent.', 'NotAvailable');
    return ctx.result;
}
