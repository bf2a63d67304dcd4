const assert = require('node:assert/strict');
const { once } = require('node:events');
const { createServer } = require('node:http');
const { afterEach, beforeEach, describe, mock, test } = require('node:test');
const { MockAgent, setGlobalDispatcher } = require('undici');
const manifest = require('./manifest.json');
const { load, render } = require('./rendered.js');

const CONSUMERS = '/v1/accounts/acme/key-buckets/zprj-1-preview/consumers';
// SHA-256 over JSON.stringify(["tenant", "auth0|ada"]): users' consumers bear this name
// for good, so it may never change.
const ADAS_NAME = 'c-6615424ccc212144cdd742dbc2a5eff8';

const code = render();
let zuplo;
let agent;
let lines;

beforeEach(() => {
  agent = new MockAgent();
  agent.disableNetConnect();
  setGlobalDispatcher(agent);
  zuplo = agent.get('https://zuplo.test');
  lines = [];
  for (const level of ['log', 'info', 'warn', 'error']) {
    mock.method(console, level, (...words) => lines.push(words.join(' ')));
  }
});

afterEach(async () => {
  mock.restoreAll();
  agent.assertNoPendingInterceptors();
  await agent.close();
});

function loginOf(changes = {}) {
  const { user, ...rest } = changes;
  return {
    tenant: { id: 'tenant' },
    client: { client_id: 'portal' },
    secrets: { [manifest.secret]: 'zpka_secret' },
    user: {
      user_id: 'auth0|ada',
      email: 'ada@example.com',
      email_verified: true,
      app_metadata: {},
      ...user,
    },
    ...rest,
  };
}

/** Run one login; gives what it wrote into app_metadata. */
async function logIn(event, action = load(code)) {
  const written = {};
  const api = { user: { setAppMetadata: (key, value) => (written[key] = value) } };
  await action.onExecutePostLogin(event, api);
  return written;
}

function answerCreate(status, body) {
  const sent = {};
  zuplo
    .intercept({ method: 'POST', path: `${CONSUMERS}?with-api-key=true` })
    .reply((request) => {
      Object.assign(sent, request);
      return { statusCode: status, data: body };
    });
  return sent;
}

function answerRead(status, body) {
  zuplo
    .intercept({ method: 'GET', path: `${CONSUMERS}/${ADAS_NAME}` })
    .reply(status, body);
}

describe('a new user of the portal', () => {
  test('gets a consumer, which is remembered', async () => {
    answerCreate(200, { id: 'csmr_1' });
    assert.deepEqual(await logIn(loginOf()), { api_consumer: 'csmr_1' });
  });

  test('is sent to Zuplo as the documents want her', async () => {
    const sent = answerCreate(200, { id: 'csmr_1' });
    await logIn(loginOf());
    assert.equal(sent.headers.authorization, 'Bearer zpka_secret');
    assert.equal(sent.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(sent.body), {
      name: ADAS_NAME,
      description: 'Portal user auth0|ada',
      managers: ['ada@example.com'],
      metadata: { plan: 'free', user_id: 'auth0|ada' },
    });
  });

  test('gets the same name in any process and another in another tenant', async () => {
    const here = answerCreate(200, { id: 'csmr_1' });
    await logIn(loginOf());
    const there = answerCreate(200, { id: 'csmr_2' });
    await logIn(loginOf({ tenant: { id: 'other' } }));
    assert.equal(JSON.parse(here.body).name, ADAS_NAME);
    assert.notEqual(JSON.parse(there.body).name, ADAS_NAME);
  });

  test('without app_metadata gets one, too', async () => {
    answerCreate(200, { id: 'csmr_1' });
    const event = loginOf({ user: { app_metadata: undefined } });
    assert.deepEqual(await logIn(event), { api_consumer: 'csmr_1' });
  });

  test('keeps the consumer that an earlier login made', async () => {
    answerCreate(409, { type: 'conflict' });
    answerRead(200, { id: 'csmr_1', metadata: { user_id: 'auth0|ada' } });
    assert.deepEqual(await logIn(loginOf()), { api_consumer: 'csmr_1' });
  });

  test("never gets somebody else's consumer", async () => {
    answerCreate(409, { type: 'conflict' });
    answerRead(200, { id: 'csmr_1', metadata: { user_id: 'auth0|eve' } });
    assert.deepEqual(await logIn(loginOf()), {});
  });
});

describe('a login without need of a consumer makes no request:', () => {
  for (const [who, changes] of Object.entries({
    'a returning user': { user: { app_metadata: { api_consumer: 'csmr_1' } } },
    'another application': { client: { client_id: 'shop' } },
    'an unverified e-mail': { user: { email_verified: false } },
    'an e-mail that only seems verified': { user: { email_verified: 'true' } },
    'no e-mail': { user: { email: undefined } },
  })) {
    test(who, async () => {
      assert.deepEqual(await logIn(loginOf(changes)), {});
      // A refused request would have been logged as a failure.
      assert.deepEqual(lines, []);
    });
  }
});

test('every application is served when none is named', async () => {
  answerCreate(200, { id: 'csmr_1' });
  const event = loginOf({ client: { client_id: 'shop' } });
  const action = load(render({ portal_client_ids: null }));
  assert.deepEqual(await logIn(event, action), { api_consumer: 'csmr_1' });
});

describe('the login goes on and nothing is remembered when Zuplo', () => {
  for (const status of [400, 401, 403, 404, 429, 500, 503]) {
    test(`answers ${status}`, async () => {
      answerCreate(status, { detail: 'zpka_secret ada@example.com' });
      assert.deepEqual(await logIn(loginOf()), {});
    });
  }

  for (const [what, body] of Object.entries({
    'no id': { name: ADAS_NAME },
    'an id that is no text': { id: 7 },
    'no object': null,
    'no JSON': '<html>',
  })) {
    test(`answers with ${what}`, async () => {
      answerCreate(200, body);
      assert.deepEqual(await logIn(loginOf()), {});
    });
  }

  // A real server: MockAgent's delay does not heed an abort.
  test('does not answer in time', { timeout: 20_000 }, async (t) => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    t.after(() => silent.close().closeAllConnections());
    const address = `127.0.0.1:${silent.address().port}`;
    agent.enableNetConnect(address);
    const action = load(
      render({ zuplo_api_url: `http://${address}`, login_timeout_ms: 500 }),
    );
    assert.deepEqual(await logIn(loginOf(), action), {});
    assert.match(lines[0], /failed: TimeoutError/);
  });

  test('breaks the connection', async () => {
    zuplo
      .intercept({ method: 'POST', path: `${CONSUMERS}?with-api-key=true` })
      .replyWithError(new Error('socket hang up zpka_secret'));
    assert.deepEqual(await logIn(loginOf()), {});
  });
});

test('an event unlike any of Auth0 does not stop the login', async () => {
  assert.deepEqual(await logIn({}), {});
  assert.equal(lines.length, 1);
});

test('the log names neither user nor key', async () => {
  answerCreate(200, { id: 'csmr_1', apiKeys: [{ key: 'zpka_issued' }] });
  await logIn(loginOf());
  answerCreate(400, { detail: 'zpka_secret ada@example.com' });
  await logIn(loginOf());
  zuplo
    .intercept({ method: 'POST', path: `${CONSUMERS}?with-api-key=true` })
    .replyWithError(new Error('zpka_secret auth0|ada'));
  await logIn(loginOf());
  assert.equal(lines.length, 3);
  for (const line of lines) {
    assert.doesNotMatch(line, /zpka_|ada|csmr_/);
  }
});
