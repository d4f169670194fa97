import { get } from '@aws-appsync/utils/dynamodb';

export function request(ctx) {
    return get({ key: { isbn: ctx.args.isbn } });
}

export const response = (ctx) => ctx.result;
