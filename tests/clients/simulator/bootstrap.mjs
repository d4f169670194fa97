// A Node function as Lambda runs one: it loads the handler, then asks for one event after the other.
import http from 'node:http';
import { handler } from './handler.mjs';

const runtime = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
const agent = new http.Agent({ keepAlive: true });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${runtime}/${path}`, { method, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

for (;;) {
  const event = await call('GET', 'next');
  const id = event.headers['lambda-runtime-aws-request-id'];
  try {
    await call('POST', `${id}/response`, JSON.stringify(await handler(JSON.parse(event.text))));
  } catch (error) {
    const failure = { errorType: error.name, errorMessage: error.message };
    await call('POST', `${id}/error`, JSON.stringify(failure));
  }
}
