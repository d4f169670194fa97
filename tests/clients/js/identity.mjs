// amazon-cognito-identity-js: sign-up, wrong code, sign-in, wrong password, refresh, sign-out everywhere.
import assert from 'node:assert/strict';
import { AuthenticationDetails } from 'amazon-cognito-identity-js';
import { getMe } from './documents.mjs';
import { amplifyConfig, codeFor, scenario } from './local.mjs';
import { Person } from './person.mjs';

await scenario('amazon-cognito-identity-js', async (step) => {
  const person = new Person(await amplifyConfig(), 'ida');
  await person.signUp();
  await assert.rejects(person.signUp(), { code: 'UsernameExistsException' });
  step('signed up');

  await assert.rejects(person.signIn(), { code: 'UserNotConfirmedException' });
  const code = await codeFor(person.email);
  const wrong = code === '000000' ? '000001' : '000000';
  await assert.rejects(person.confirm(wrong), { code: 'CodeMismatchException' });
  await person.confirm(code);
  step('confirmed');

  const details = new AuthenticationDetails({ Username: person.email, Password: 'Wrong-horse-7' });
  const refused = new Promise((onSuccess, onFailure) => person.user.authenticateUser(details, { onSuccess, onFailure }));
  await assert.rejects(refused, { code: 'NotAuthorizedException', message: 'Incorrect username or password.' });
  const first = await person.signIn();
  assert.equal((await person.graphql(getMe)).getMe.displayName, 'ida');
  step('signed in');

  const second = await person.refresh();
  assert.notEqual(second.getAccessToken().getJwtToken(), first.getAccessToken().getJwtToken());
  assert.equal((await person.graphql(getMe)).getMe.id, person.id);
  step('refreshed');

  await person.globalSignOut();
  await assert.rejects(
    new Promise((resolve, reject) => person.user.refreshSession(second.getRefreshToken(), (e, s) => (e ? reject(e) : resolve(s)))),
    { code: 'NotAuthorizedException' },
  );
  await person.signIn();
  step('signed out everywhere, and in again');
});
