// aws-amplify v6 in Node.
import WebSocket from 'ws';
import { chat } from './amplify-chat.mjs';
import { other } from './other.mjs';
import { amplifyConfig, codeFor, freshEmail, password, scenario, terms, until } from './local.mjs';

const sockets = new Set();
globalThis.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    sockets.add(this);
  }
};

await scenario('aws-amplify (Node)', async (step) => {
  const config = await amplifyConfig();
  await chat(config, {
    email: freshEmail('alice'),
    password,
    terms,
    codeFor,
    other: () => other(config),
    // As when the network goes: no closing handshake.
    dropConnections: async () => sockets.forEach((socket) => socket.terminate()),
    until,
    step,
  });
});
