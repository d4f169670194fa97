// Attribute values and expressions of DynamoDB, for `util.dynamodb`, `util.transform` and the module of helpers.
const { Object, Array, String } = globalThis;

const isNothing = (value) => value === null || value === undefined;
const isTyped = (value) => Object.keys(value).length === 1 && ['SS', 'NS', 'BS'].includes(Object.keys(value)[0]);

// Sets that `toStringSet` and its like made stay as they are.
export function typed(value) {
    if (isNothing(value)) return { NULL: null };
    if (typeof value === 'string') return { S: value };
    if (typeof value === 'number') return { N: value };
    if (typeof value === 'boolean') return { BOOL: value };
    if (Array.isArray(value)) return { L: value.map(typed) };
    return isTyped(value) ? value : { M: typedMap(value) };
}

export function typedMap(values) {
    const entries = Object.entries(values).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries.map(([name, value]) => [name, typed(value)]));
}

const unless = (make) => (value) => (isNothing(value) ? null : make(value));

export const values = {
    toDynamoDB: typed,
    toString: unless((text) => ({ S: String(text) })),
    toStringSet: unless((texts) => ({ SS: texts.map(String) })),
    toNumber: unless((number) => ({ N: number })),
    toNumberSet: unless((numbers) => ({ NS: numbers })),
    toBinary: unless((text) => ({ B: text })),
    toBinarySet: unless((texts) => ({ BS: texts })),
    toBoolean: unless((flag) => ({ BOOL: flag })),
    toNull: () => ({ NULL: null }),
    toList: unless((items) => ({ L: items.map(typed) })),
    toMap: unless((map) => ({ M: typedMap(map) })),
    toMapValues: unless(typedMap),
};

// Placeholders of one expression.
export class Terms {
    constructor(prefix) {
        this.prefix = prefix;
        this.names = {};
        this.values = {};
        this.count = 0;
    }

    path(parts) {
        return parts.map((part) => {
            const name = `#${this.prefix}_${part.replace(/[^A-Za-z0-9_]/g, '_')}`;
            // Two names that differ only in what placeholders cannot hold.
            const free = isNothing(this.names[name]) || this.names[name] === part;
            const used = free ? name : `${name}_${(this.count += 1)}`;
            this.names[used] = part;
            return used;
        }).join('.');
    }

    value(value) {
        const name = `:${this.prefix}_${(this.count += 1)}`;
        this.values[name] = typed(value);
        return name;
    }

    with(expression) {
        const all = { expression };
        if (Object.keys(this.names).length > 0) all.expressionNames = this.names;
        if (Object.keys(this.values).length > 0) all.expressionValues = this.values;
        return all;
    }
}

const COMPARISONS = { eq: '=', ne: '<>', le: '<=', lt: '<', ge: '>=', gt: '>' };
const TYPES = {
    _null: 'NULL', string: 'S', stringSet: 'SS', number: 'N', numberSet: 'NS', binary: 'B', binarySet: 'BS',
    boolean: 'BOOL', list: 'L', map: 'M',
};

const OPERATORS = {
    between: (terms, path, [low, high]) => `${path} BETWEEN ${terms.value(low)} AND ${terms.value(high)}`,
    in: (terms, path, choices) => `${path} IN (${choices.map((choice) => terms.value(choice)).join(', ')})`,
    beginsWith: (terms, path, start) => `begins_with(${path}, ${terms.value(start)})`,
    contains: (terms, path, part) => `contains(${path}, ${terms.value(part)})`,
    notContains: (terms, path, part) => `NOT contains(${path}, ${terms.value(part)})`,
    attributeExists: (terms, path, wanted) => `${wanted ? 'attribute_exists' : 'attribute_not_exists'}(${path})`,
    attributeType: (terms, path, type) => `attribute_type(${path}, ${terms.value(TYPES[type] ?? type)})`,
};
for (const [name, sign] of Object.entries(COMPARISONS)) {
    OPERATORS[name] = (terms, path, value) => `${path} ${sign} ${terms.value(value)}`;
}

const joined = (parts, word) => (parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(` ${word} `));
const listed = (value) => (Array.isArray(value) ? value : [value]);

// `{field: {operator: value}, and: […], or: […], not: {…}}` as text.
export function condition(terms, filter, above = []) {
    const parts = [];
    for (const [name, wanted] of Object.entries(filter ?? {})) {
        if (isNothing(wanted)) continue;
        if (name === 'and' || name === 'or') {
            const inner = listed(wanted).map((part) => condition(terms, part, above)).filter((part) => part !== '');
            if (inner.length > 0) parts.push(joined(inner, name.toUpperCase()));
        } else if (name === 'not') {
            parts.push(`NOT (${condition(terms, wanted, above)})`);
        } else {
            parts.push(...field(terms, [...above, name], wanted));
        }
    }
    return parts.length === 0 ? '' : joined(parts, 'AND');
}

function field(terms, path, wanted) {
    const parts = [];
    for (const [operator, value] of Object.entries(wanted)) {
        if (value === undefined) continue;
        if (OPERATORS[operator]) parts.push(OPERATORS[operator](terms, terms.path(path), value));
        else if (!isNothing(value)) parts.push(...field(terms, [...path, operator], value));
    }
    return parts;
}

export function expressionOf(prefix, filter) {
    const terms = new Terms(prefix);
    return terms.with(condition(terms, filter));
}
