// A second person to talk to, on amazon-cognito-identity-js and plain HTTP.
import { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } from 'amazon-cognito-identity-js';
import assert from 'node:assert/strict';
import { base, codeFor, freshEmail, password, terms } from './local.mjs';

const call = (run) => new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))));

export class Person {
  constructor(config, name) {
    const { userPoolId, userPoolClientId, userPoolEndpoint } = config.Auth.Cognito;
    this.pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: userPoolClientId, endpoint: userPoolEndpoint });
    this.name = name;
    this.email = freshEmail(name);
    this.user = new CognitoUser({ Username: this.email, Pool: this.pool });
  }

  async signUp() {
    const attributes = { email: this.email, name: this.name, ...terms };
    const list = Object.entries(attributes).map(([Name, Value]) => new CognitoUserAttribute({ Name, Value }));
    return call((done) => this.pool.signUp(this.email, password, list, null, done));
  }

  async confirm(code) {
    return call((done) => this.user.confirmRegistration(code ?? this.code, true, done));
  }

  /** SRP. */
  async signIn() {
    const details = new AuthenticationDetails({ Username: this.email, Password: password });
    this.session = await new Promise((onSuccess, onFailure) => this.user.authenticateUser(details, { onSuccess, onFailure }));
    this.id = this.session.getIdToken().payload.sub;
    return this.session;
  }

  async refresh() {
    this.session = await call((done) => this.user.refreshSession(this.session.getRefreshToken(), done));
    return this.session;
  }

  async globalSignOut() {
    return new Promise((onSuccess, onFailure) => this.user.globalSignOut({ onSuccess, onFailure }));
  }

  async graphql(query, variables) {
    const headers = { 'content-type': 'application/json', authorization: this.session.getAccessToken().getJwtToken() };
    const response = await fetch(`${base}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const { data, errors } = await response.json();
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data;
  }

  /** Signed up, confirmed and signed in. */
  static async ready(config, name) {
    const person = new Person(config, name);
    await person.signUp();
    await person.confirm(await codeFor(person.email));
    await person.signIn();
    return person;
  }
}
