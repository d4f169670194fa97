import { util } from '@aws-appsync/utils';
import { put } from '@aws-appsync/utils/dynamodb';

// The step before tidied the title.
export function request(ctx) {
    const { isbn, ...book } = ctx.args.book;
    return put({
        key: { isbn },
        item: { ...book, title: ctx.prev.result.title, loans: 0, addedBy: ctx.env.LIBRARY },
        condition: { isbn: { attributeExists: false } },
    });
}

export function response(ctx) {
    if (ctx.error) {
        if (ctx.error.type === 'DynamoDB:ConditionalCheckFailedException') {
            util.error('The shelf has this book already.', 'AlreadyThere', ctx.result);
        }
        util.error(ctx.error.message, ctx.error.type);
    }
    return ctx.result;
}
