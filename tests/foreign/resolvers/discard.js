import * as ddb from '@aws-appsync/utils/dynamodb';

export const request = (ctx) => ddb.remove({ key: { isbn: ctx.args.isbn } });

export const response = (ctx) => ctx.result;
