// The module `@aws-appsync/utils/dynamodb`: requests to tables from plain values.
import { Terms, condition, expressionOf, typed, typedMap, values } from '@aws-appsync/utils/internal';

const { Object, Array } = globalThis;
const isNothing = (value) => value === null || value === undefined;

// What was not given is left out.
function request(operation, members) {
    const given = Object.entries(members).filter(([, value]) => !isNothing(value));
    return { operation, ...Object.fromEntries(given) };
}

function projection(names) {
    if (isNothing(names)) return null;
    const terms = new Terms('projection');
    return terms.with(names.map((name) => terms.path(name.split('.'))).join(', '));
}

const optional = (prefix, filter) => (isNothing(filter) ? null : expressionOf(prefix, filter));

export const get = ({ key, consistentRead, projection: names }) =>
    request('GetItem', { key: typedMap(key), consistentRead, projection: projection(names) });

export const put = ({ key, item, condition: rule }) =>
    request('PutItem', {
        key: typedMap(key), attributeValues: typedMap(item ?? {}), condition: optional('condition', rule),
    });

export const remove = ({ key, condition: rule }) =>
    request('DeleteItem', { key: typedMap(key), condition: optional('condition', rule) });

const page = ({ index, limit, nextToken, consistentRead, filter, projection: names, select }) => ({
    index, limit, nextToken, consistentRead, select, filter: optional('filter', filter), projection: projection(names),
});

export const scan = (input) => {
    const { segment, totalSegments } = input ?? {};
    return request('Scan', { ...page(input ?? {}), segment, totalSegments });
};

export const query = (input) => {
    const terms = new Terms('key');
    // A key condition knows no brackets.
    const parts = Object.entries(input.query).map(([name, wanted]) => condition(terms, { [name]: wanted }));
    const { scanIndexForward } = input;
    return request('Query', { ...page(input), query: terms.with(parts.join(' AND ')), scanIndexForward });
};

class Change {
    constructor(kind, value, index) {
        this.kind = kind;
        this.value = value;
        this.index = index;
    }
}

export const operations = {
    add: (value) => new Change('set', value),
    replace: (value) => new Change('set', value),
    remove: () => new Change('remove'),
    increment: (by = 1) => new Change('plus', by),
    decrement: (by = 1) => new Change('minus', by),
    append: (items) => new Change('append', items),
    prepend: (items) => new Change('prepend', items),
    updateListItem: (value, index) => new Change('item', value, index),
};

const SETS = {
    set: (path, value) => `${path} = ${value}`,
    plus: (path, value) => `${path} = ${path} + ${value}`,
    minus: (path, value) => `${path} = ${path} - ${value}`,
    append: (path, value) => `${path} = list_append(${path}, ${value})`,
    prepend: (path, value) => `${path} = list_append(${value}, ${path})`,
};

// Plain values are set, objects are merged member by member, operations do what they say.
function changes(terms, parts, wanted, into) {
    const path = () => terms.path(parts);
    if (wanted instanceof Change) {
        if (wanted.kind === 'remove') into.removes.push(path());
        else if (wanted.kind === 'item') into.sets.push(`${path()}[${wanted.index}] = ${terms.value(wanted.value)}`);
        else into.sets.push(SETS[wanted.kind](path(), terms.value(wanted.value)));
    } else if (Array.isArray(wanted) && wanted.length > 0 && wanted.every((item) => item instanceof Change)) {
        for (const item of wanted) changes(terms, parts, item, into);
    } else if (!isNothing(wanted) && typeof wanted === 'object' && !Array.isArray(wanted) && typed(wanted).M) {
        for (const [name, value] of Object.entries(wanted)) changes(terms, [...parts, name], value, into);
    } else if (wanted !== undefined) {
        into.sets.push(SETS.set(path(), terms.value(wanted)));
    }
}

export const update = ({ key, update: wanted, condition: rule }) => {
    const terms = new Terms('update');
    const into = { sets: [], removes: [] };
    for (const [name, value] of Object.entries(wanted)) changes(terms, [name], value, into);
    const parts = [['SET', into.sets], ['REMOVE', into.removes]].filter(([, list]) => list.length > 0);
    const expression = parts.map(([word, list]) => `${word} ${list.join(', ')}`).join(' ');
    return request('UpdateItem', {
        key: typedMap(key), update: terms.with(expression), condition: optional('condition', rule),
    });
};

export const { toStringSet, toNumberSet, toBinarySet } = values;

// Asked for by name, so that a script that uses them loads, and the answer says what is missing.
const passed = (operation) => (input) => ({ operation, ...input });
export const sync = passed('Sync');
export const batchGet = passed('BatchGetItem');
export const batchPut = passed('BatchPutItem');
export const batchDelete = passed('BatchDeleteItem');
export const transactGet = passed('TransactGetItems');
export const transactWrite = passed('TransactWriteItems');
