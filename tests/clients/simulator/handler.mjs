// The least that a handler with a table needs. As ours does, it refuses an event that names no conversation.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({ region: process.env.AWS_REGION ?? 'us-east-1' }));

export async function handler(event) {
  const input = event.arguments?.input;
  if (!input?.conversationId) throw new TypeError('no conversation');
  await table.send(new PutCommand({ TableName: process.env.TABLE_NAME, Item: input }));
  return input;
}
