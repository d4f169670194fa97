// Amplify's simulator with the API of api.graphql, on a free port of 127.0.0.1.
// It stores nothing: sendMessage is a template over a data source of type NONE, the fastest that it has.
import { readFileSync } from 'node:fs';
import simulators from '@aws-amplify/amplify-appsync-simulator';

export const API_KEY = 'comparison';

const request = `{
  "version": "2018-05-29",
  "payload": {
    "id": $util.toJson($ctx.args.input.id),
    "conversationId": $util.toJson($ctx.args.input.conversationId),
    "text": $util.toJson($ctx.args.input.text),
    "seq": 1,
    "senderId": "sender",
    "kind": "TEXT",
    "createdAt": $util.toJson($util.time.nowISO8601())
  }
}`;

const simulator = new simulators.AmplifyAppSyncSimulator({});
simulator.init({
  schema: { content: readFileSync(new URL('api.graphql', import.meta.url), 'utf8') },
  appSync: {
    name: 'comparison',
    apiKey: API_KEY,
    defaultAuthenticationType: { authenticationType: 'API_KEY' },
    additionalAuthenticationProviders: [],
  },
  dataSources: [{ type: 'NONE', name: 'Nothing' }],
  resolvers: [
    {
      kind: 'UNIT',
      typeName: 'Mutation',
      fieldName: 'sendMessage',
      dataSourceName: 'Nothing',
      requestMappingTemplate: request,
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
