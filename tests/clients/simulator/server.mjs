// Amplify's simulator with the API of api.graphql, on a free port of 127.0.0.1.
// Without an argument it stores nothing: sendMessage is a template over a data source of type NONE, the fastest it has.
// With the address of a DynamoDB it puts each message into a table there, as `amplify mock` does.
import { readFileSync } from 'node:fs';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import simulators from '@aws-amplify/amplify-appsync-simulator';

const database = process.argv[2] && {
  endpoint: process.argv[2],
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};
const TABLE = 'Messages';

const message = {
  conversationId: '$ctx.args.input.conversationId',
  text: '$ctx.args.input.text',
  seq: '1',
  senderId: '"sender"',
  kind: '"TEXT"',
  createdAt: '$util.time.nowISO8601()',
};
const written = (fields, write) =>
  Object.entries(fields).map(([name, value]) => `"${name}": ${write}(${value})`).join(', ');

const nothing = `{ "version": "2018-05-29", "payload": { "id": $util.toJson($ctx.args.input.id), ${written(message, '$util.toJson')} } }`;
const put = `{
  "version": "2018-05-29",
  "operation": "PutItem",
  "key": { "id": $util.dynamodb.toDynamoDBJson($ctx.args.input.id) },
  "attributeValues": { ${written(message, '$util.dynamodb.toDynamoDBJson')} }
}`;

async function createTable() {
  const client = new DynamoDBClient({ ...database, maxAttempts: 50 });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  client.destroy();
}

if (database) await createTable();
const source = database
  ? { type: 'AMAZON_DYNAMODB', name: 'Source', config: { ...database, tableName: TABLE } }
  : { type: 'NONE', name: 'Source' };
const simulator = new simulators.AmplifyAppSyncSimulator({});
simulator.init({
  schema: { content: readFileSync(new URL('api.graphql', import.meta.url), 'utf8') },
  appSync: {
    name: 'comparison',
    apiKey: 'comparison',
    defaultAuthenticationType: { authenticationType: 'API_KEY' },
    additionalAuthenticationProviders: [],
  },
  dataSources: [source],
  resolvers: [
    {
      kind: 'UNIT',
      typeName: 'Mutation',
      fieldName: 'sendMessage',
      dataSourceName: 'Source',
      requestMappingTemplate: database ? put : nothing,
      responseMappingTemplate: '$util.toJson($ctx.result)',
    },
  ],
});

// What simulator.start() does, except that start() listens on every address of the machine.
const { _httpServer: http, _realTimeSubscriptionServer: realtime } = simulator._server;
await realtime.start();
http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`The simulator is ready at http://127.0.0.1:${http.address().port}\n`);
  // What it logs from here on nobody reads.
  console.log = () => {};
});
