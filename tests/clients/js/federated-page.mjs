// Runs inside the page: an app that signs people in by providers, as docs/sign-in.md says.
import { Amplify } from 'aws-amplify';
import 'aws-amplify/auth/enable-oauth-listener';
import { fetchAuthSession, signInWithRedirect, signOut } from 'aws-amplify/auth';
import { generateClient } from 'aws-amplify/api';
import { Hub } from 'aws-amplify/utils';

const LINKED = 'Already found an entry for username';

globalThis.outcome = undefined;

Hub.listen('auth', ({ payload }) => {
  if (payload.event === 'signInWithRedirect') globalThis.outcome = 'signed in';
  if (payload.event !== 'signInWithRedirect_failure') return;
  const message = decodeURIComponent(String(payload.data?.error?.message).replaceAll('+', ' '));
  const provider = JSON.parse(sessionStorage.getItem('provider'));
  // The account was linked a moment ago, for which Cognito ended this visit. The next one succeeds.
  if (message.includes(LINKED) && !sessionStorage.getItem('again')) {
    sessionStorage.setItem('again', 'yes');
    signInWithRedirect({ provider });
    return;
  }
  globalThis.outcome = message;
});

Amplify.configure(await (await fetch('/config.json')).json());
const api = generateClient();

globalThis.signIn = (provider) => {
  sessionStorage.setItem('provider', JSON.stringify(provider));
  sessionStorage.removeItem('again');
  signInWithRedirect({ provider });
};
globalThis.leave = () => void signOut();
globalThis.again = () => sessionStorage.getItem('again') === 'yes';
globalThis.freshTokens = async () => void (await fetchAuthSession({ forceRefresh: true }));
globalThis.isSignedIn = async () => Boolean((await fetchAuthSession()).tokens);

/** Data, or the type of the first error. */
globalThis.ask = async (query, variables) => {
  try {
    return (await api.graphql({ query, variables })).data;
  } catch (failure) {
    return failure.errors?.[0]?.errorType ?? String(failure);
  }
};
globalThis.ready = true;
