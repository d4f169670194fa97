// A valid request for each field of the API, with the least that the schema asks for.
import { readFile } from 'node:fs/promises';
import { buildSchema, getNamedType, isCompositeType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import { absentConversation } from './documents.mjs';

/** What AppSync knows without being told. */
const prelude = `
  scalar AWSDateTime scalar AWSJSON
  directive @aws_subscribe(mutations: [String]) on FIELD_DEFINITION
  directive @aws_iam on OBJECT | FIELD_DEFINITION
  directive @aws_cognito_user_pools(cognito_groups: [String]) on OBJECT | FIELD_DEFINITION`;

const values = { ID: absentConversation, String: 'x', Int: 1, Float: 1, Boolean: true, AWSJSON: '[]', AWSDateTime: '2030-01-01T00:00:00Z' };

function value(type) {
  if (isNonNullType(type)) return value(type.ofType);
  if (isListType(type)) return [value(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0].name;
  if (!isInputObjectType(type)) return values[type.name];
  const wanted = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
  return Object.fromEntries(wanted.map((field) => [field.name, value(field.type)]));
}

function request(kind, field) {
  const wanted = field.args.filter((argument) => isNonNullType(argument.type));
  const declared = wanted.length ? `(${wanted.map((argument) => `$${argument.name}: ${argument.type}`).join(', ')})` : '';
  const passed = wanted.length ? `(${wanted.map((argument) => `${argument.name}: $${argument.name}`).join(', ')})` : '';
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return {
    name: `${kind}.${field.name}`,
    query: `${kind.toLowerCase()} Ask${declared} { ${field.name}${passed}${selection} }`,
    variables: Object.fromEntries(wanted.map((argument) => [argument.name, value(argument.type)])),
  };
}

/** One request per field of the roots `kinds`. */
export async function requests(...kinds) {
  const schema = buildSchema(prelude + (await readFile(new URL('../../../schema.graphql', import.meta.url), 'utf8')));
  return kinds.flatMap((kind) => Object.values(schema.getType(kind).getFields()).map((field) => request(kind, field)));
}
