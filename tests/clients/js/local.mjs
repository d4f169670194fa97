// What the scenarios need of the local cloud beside the clients under test.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

/** Where the local cloud listens, for example http://localhost:4000. */
export const base = process.env.SMARTCHAT_URL ?? 'http://localhost:4000';

const answer = async (path, init) => {
  const response = await fetch(`${base}${path}`, init);
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
};

/** The configuration that the local cloud offers for pasting. */
export const amplifyConfig = () => answer('/_local/amplify');

/** The last code that was mailed to an address. */
export async function codeFor(email) {
  const mails = await answer(`/_local/mails?to=${encodeURIComponent(email)}`);
  const mail = mails.filter((mail) => mail.code).at(-1);
  assert.ok(mail, `no code was mailed to ${email}`);
  return mail.code;
}

/** A fresh address; the run's own, so that runs do not meet. */
export const freshEmail = (name) => `${name}.${randomUUID().slice(0, 8)}@example.com`;

export const password = 'Correct-horse-7';
export const terms = { 'custom:termsVersion': '1' };

/** Waits until a condition holds. */
export async function until(what, condition, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const value = await condition();
    if (value) return value;
    await new Promise((resume) => setTimeout(resume, 20));
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}

/** Runs named steps one after another and says how it went. */
export async function scenario(name, steps) {
  try {
    await steps((step) => console.log(`  ${name}: ${step}`));
    console.log(`${name}: 1 passed, 0 failed`);
    process.exit(0);
  } catch (error) {
    console.error(error);
    console.log(`${name}: 0 passed, 1 failed`);
    process.exit(1);
  }
}
