// The documents that the scenarios share.
export const getMe = /* GraphQL */ `query GetMe { getMe { id displayName version } }`;
export const createDirectConversation = /* GraphQL */ `
  mutation CreateDirectConversation($input: CreateDirectConversationInput!) {
    createDirectConversation(input: $input) { id kind seq participantIds }
  }`;
export const sendMessage = /* GraphQL */ `
  mutation SendMessage($input: SendMessageInput!) {
    sendMessage(input: $input) { id conversationId seq text sender { id displayName } createdAt }
  }`;
export const listMessages = /* GraphQL */ `
  query ListMessages($conversationId: ID!) {
    listMessages(conversationId: $conversationId) { items { id seq text sender { displayName } } hasBefore }
  }`;
export const getConversation = /* GraphQL */ `query GetConversation($id: ID!) { getConversation(conversationId: $id) { id } }`;
export const onEvent = /* GraphQL */ `
  subscription OnEvent {
    onEvent { recipients events { id type seq conversationId message { id seq text sender { displayName } } } }
  }`;
export const absentConversation = `d-${'0'.repeat(32)}`;
