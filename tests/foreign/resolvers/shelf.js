import { util } from '@aws-appsync/utils';

// Written out, as it was done before there were helpers.
export function request(ctx) {
    const { name, longerThan, limit = 20, nextToken } = ctx.args;
    const query = {
        expression: '#shelf = :shelf',
        expressionNames: { '#shelf': 'shelf' },
        expressionValues: util.dynamodb.toMapValues({ ':shelf': name }),
    };
    const filter = longerThan ? JSON.parse(util.transform.toDynamoDBFilterExpression({ pages: { gt: longerThan } })) : undefined;
    return { operation: 'Query', index: 'byShelf', query, filter, limit, nextToken, scanIndexForward: true };
}

export function response(ctx) {
    if (ctx.error) util.error(ctx.error.message, ctx.error.type);
    return ctx.result;
}
