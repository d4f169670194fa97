// The module `@aws-appsync/utils`, and the way in for the engine.
import { expressionOf, values } from '@aws-appsync/utils/internal';

// What the engine needs of JavaScript is taken here, before scripts lose sight of it.
const host = globalThis.__host;
const { JSON, Math, Object, Array, String, Number, Error, RegExp, Date } = globalThis;
const { encodeURIComponent, decodeURIComponent } = globalThis;
delete globalThis.__host;

let current = null;
let effects = null;

// Ends a handler from within; scripts have no `try`, so nothing else can catch it.
class Signal {
    constructor(ending) {
        this.ending = ending;
    }
}

const plain = (value) => (value === undefined ? null : value);
const failure = (message, type, data, info) => ({
    message: message === undefined || message === null ? 'Custom Error' : String(message),
    errorType: plain(type),
    data: plain(data),
    errorInfo: plain(info),
});

const time = {
    nowISO8601: () => new Date(current.now).toISOString(),
    nowFormatted: (format) => (format ? unsupported('util.time.nowFormatted') : time.nowISO8601()),
    nowEpochSeconds: () => Math.floor(current.now / 1000),
    nowEpochMilliSeconds: () => current.now,
    parseISO8601ToEpochMilliSeconds: (text) => Date.parse(text),
    epochMilliSecondsToSeconds: (millis) => Math.floor(millis / 1000),
    epochMilliSecondsToISO8601: (millis) => new Date(millis).toISOString(),
};

function unsupported(name) {
    throw new Signal({ crash: `${name} is not available locally` });
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function utf8(text) {
    const bytes = [];
    for (const part of encodeURIComponent(text).match(/%..|./g) ?? []) {
        bytes.push(part.length === 3 ? parseInt(part.slice(1), 16) : part.charCodeAt(0));
    }
    return bytes;
}

function base64Encode(text) {
    const bytes = utf8(String(text));
    let encoded = '';
    for (let at = 0; at < bytes.length; at += 3) {
        const triple = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
        encoded += ALPHABET[(triple >> 18) & 63] + ALPHABET[(triple >> 12) & 63];
        encoded += at + 1 < bytes.length ? ALPHABET[(triple >> 6) & 63] : '=';
        encoded += at + 2 < bytes.length ? ALPHABET[triple & 63] : '=';
    }
    return encoded;
}

function base64Decode(text) {
    let [bits, count, escaped] = [0, 0, ''];
    for (const letter of String(text).replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '')) {
        bits = ((bits << 6) | ALPHABET.indexOf(letter)) & 0xffffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            escaped += '%' + (((bits >> count) & 255) + 256).toString(16).slice(1);
        }
    }
    return decodeURIComponent(escaped);
}

function uuid() {
    const hex = host.random(16);
    const variant = '89ab'[parseInt(hex[16], 16) & 3];
    return [
        hex.slice(0, 8), hex.slice(8, 12), '4' + hex.slice(13, 16), variant + hex.slice(17, 20), hex.slice(20, 32),
    ].join('-');
}

function ulid() {
    const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    let [rest, stamp, tail] = [current.now, '', ''];
    for (let at = 0; at < 10; at += 1) {
        stamp = letters[rest % 32] + stamp;
        rest = Math.floor(rest / 32);
    }
    const hex = host.random(16);
    for (let at = 0; at < 16; at += 1) {
        tail += letters[parseInt(hex.slice(at * 2, at * 2 + 2), 16) & 31];
    }
    return stamp + tail;
}

// Filters in their two forms: the one that people write, and groups of alternatives.
const cross = (left, right) => left.flatMap((one) => right.map((other) => [...one, ...other]));

function alternatives(filter, ignored) {
    let groups = [[]];
    for (const [name, value] of Object.entries(filter)) {
        if (ignored.includes(name) || value === null || value === undefined) continue;
        if (name === 'or') {
            groups = cross(groups, value.flatMap((part) => alternatives(part, ignored)));
        } else if (name === 'and') {
            for (const part of value) groups = cross(groups, alternatives(part, ignored));
        } else {
            const choices = Object.entries(value).map(([operator, wanted]) => [
                { fieldName: name, operator, value: wanted },
            ]);
            groups = cross(groups, choices);
        }
    }
    return groups;
}

function toSubscriptionFilter(filter, ignored, rules) {
    const groups = alternatives(filter ?? {}, ignored ?? []);
    if (rules && Object.keys(rules).length > 0) {
        const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
        const asked = groups.flat();
        const met = alternatives(rules, []).flat().some((rule) => asked.some((part) => same(part, rule)));
        if (!met) util.error('The filter does not contain any of the required rules.', 'BadRequest');
    }
    return { filterGroup: groups.filter((group) => group.length > 0).map((filters) => ({ filters })) };
}

const names = {
    String: 'String', Number: 'Number', Boolean: 'Boolean', Array: 'List', Object: 'Map', Null: 'Null',
};

function typeOf(value) {
    if (value === null || value === undefined) return names.Null;
    if (Array.isArray(value)) return names.Array;
    return { string: names.String, number: names.Number, boolean: names.Boolean }[typeof value] ?? names.Object;
}

export const util = {
    error: (message, type, data, info) => {
        throw new Signal({ failure: failure(message, type, data, info) });
    },
    appendError: (message, type, data, info) => {
        effects.appended.push(failure(message, type, data, info));
    },
    unauthorized: () => {
        throw new Signal({ unauthorized: true });
    },
    authType: () => current.authType,
    matches: (pattern, text) => new RegExp(`^(?:${pattern})$`).test(text),
    autoId: uuid,
    autoUlid: ulid,
    autoKsuid: () => unsupported('util.autoKsuid'),
    urlEncode: (text) => encodeURIComponent(text).replace(/%20/g, '+'),
    urlDecode: (text) => decodeURIComponent(String(text).replace(/\+/g, ' ')),
    base64Encode,
    base64Decode,
    escapeJavaScript: (text) => JSON.stringify(String(text)).slice(1, -1).replace(/'/g, "\\'").replace(/\//g, '\\/'),
    isNull: (value) => value === null || value === undefined,
    isNullOrEmpty: (text) => text === null || text === undefined || text === '',
    isNullOrBlank: (text) => text === null || text === undefined || String(text).trim() === '',
    defaultIfNull: (value, other) => value ?? other,
    defaultIfNullOrEmpty: (text, other) => (util.isNullOrEmpty(text) ? other : text),
    defaultIfNullOrBlank: (text, other) => (util.isNullOrBlank(text) ? other : text),
    isString: (value) => typeof value === 'string',
    isNumber: (value) => typeof value === 'number',
    isBoolean: (value) => typeof value === 'boolean',
    isList: (value) => Array.isArray(value),
    isMap: (value) => typeOf(value) === names.Object,
    typeOf,
    time,
    str: {
        toUpper: (text) => String(text).toUpperCase(),
        toLower: (text) => String(text).toLowerCase(),
        toReplace: (text, part, by) => String(text).split(part).join(by),
        normalize: (text, form) => String(text).normalize(String(form).toUpperCase()),
    },
    math: {
        roundNum: (number) => Math.round(number),
        minVal: (one, other) => Math.min(one, other),
        maxVal: (one, other) => Math.max(one, other),
        randomDouble: () => parseInt(host.random(6), 16) / 2 ** 48,
        randomWithinRange: (from, to) => from + Math.floor(util.math.randomDouble() * (to - from)),
    },
    http: {
        addResponseHeader: (name, value) => {
            effects.headers.push([String(name), String(value)]);
        },
        addResponseHeaders: (headers) => {
            for (const [name, value] of Object.entries(headers)) effects.headers.push([name, String(value)]);
        },
    },
    dynamodb: values,
    transform: {
        toSubscriptionFilter,
        toDynamoDBFilterExpression: (filter) => JSON.stringify(expressionOf('filter', filter)),
        toDynamoDBConditionExpression: (condition) => JSON.stringify(expressionOf('condition', condition)),
    },
};

export const extensions = {
    setSubscriptionFilter: (filter) => {
        effects.filter = plain(filter);
    },
    setSubscriptionInvalidationFilter: (filter) => {
        effects.invalidationFilter = plain(filter);
    },
    invalidateSubscriptions: (request) => {
        effects.invalidations.push(request);
    },
    evictFromApiCache: () => null,
};

export const runtime = {
    earlyReturn: (value, options) => {
        throw new Signal({ early: plain(value), skipTo: options?.skipTo ?? null });
    },
};

// What AppSync's runtime does not have.
for (const name of [
    'eval', 'Function', 'Promise', 'Proxy', 'Reflect', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry',
    'RegExp', 'Date', 'Symbol', 'SharedArrayBuffer', 'ArrayBuffer', 'Atomics', 'DataView', 'queueMicrotask', 'performance',
    'Map', 'Set',
]) {
    delete globalThis[name];
}
const line = (values) => values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ');
globalThis.console = {
    log: (...values) => host.log(line(values)),
    error: (...values) => host.log(line(values)),
};

globalThis.__run = (handler, text) => {
    const ctx = JSON.parse(text);
    current = { now: host.now(), authType: ctx.authType };
    delete ctx.authType;
    effects = { appended: [], filter: null, invalidationFilter: null, invalidations: [], headers: [] };
    ctx.outErrors = effects.appended;
    // `JSON.stringify(ctx.info)` does not show these two.
    for (const name of ['selectionSetList', 'selectionSetGraphQL']) {
        Object.defineProperty(ctx.info, name, { enumerable: false });
    }
    let ending;
    try {
        ending = { value: plain(handler(ctx)) };
    } catch (thrown) {
        if (thrown instanceof Signal) ending = thrown.ending;
        else throw thrown;
    }
    return JSON.stringify({ ending, stash: plain(ctx.stash), effects });
};
