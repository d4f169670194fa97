// Runs inside the page.
import { chat } from './amplify-chat.mjs';

const sockets = new Set();
const Native = globalThis.WebSocket;
globalThis.WebSocket = class extends Native {
  constructor(...args) {
    super(...args);
    sockets.add(this);
  }
};

async function until(what, condition, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const value = await condition();
    if (value) return value;
    await new Promise((resume) => setTimeout(resume, 20));
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}

globalThis.run = ({ config, email, password, terms, bobId }) =>
  chat(config, {
    email,
    password,
    terms,
    codeFor: (address) => globalThis.codeFor(address),
    other: async () => ({ id: bobId, send: (...args) => globalThis.bobSends(...args), texts: (...args) => globalThis.bobReads(...args) }),
    dropConnections: async () => sockets.forEach((socket) => socket.close()),
    until,
    step: (name) => globalThis.step(name),
  });
