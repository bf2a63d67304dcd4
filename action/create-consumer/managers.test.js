/** Who manages a consumer: the user's subject, or their address where Zuplo refuses that. */
const assert = require('node:assert/strict');
const { once } = require('node:events');
const { createServer } = require('node:http');
const { beforeEach, describe, mock, test } = require('node:test');
const { setImmediate: turn } = require('node:timers/promises');
const { ADAS_NAME, CONSUMERS, load, logIn, loginOf, render, useZuplo } = require('./harness.js');

const PATIENT = { timeout: 60_000 };
const zuplo = useZuplo();
const ADA = { email: 'ada@example.com', sub: 'auth0|ada' };
const CREATED = { api_consumer: 'csmr_1' };
const POST = `POST ${CONSUMERS}?with-api-key=true`;
const GET = `GET ${CONSUMERS}/${ADAS_NAME}`;

const asked = () => zuplo.requests.map(({ method, path }) => `${method} ${path}`);
const managers = () =>
  zuplo.requests
    .filter(({ method }) => method === 'POST')
    .flatMap(({ body }) => JSON.parse(body).managers ?? []);
const outcomes = () => zuplo.lines.map((line) => JSON.parse(line));
const last = () => {
  const { ms, ...outcome } = outcomes().at(-1);
  return outcome;
};
const respondWithAdas = () =>
  zuplo.respondToRead(200, { id: 'csmr_1', metadata: { user_id: 'auth0|ada' } });

let action;
beforeEach(() => {
  action = load(render());
});

/** Let Zuplo refuse these users' subjects, and accept their addresses alone. */
async function logInByAddress(...users) {
  for (const user_id of users) {
    zuplo.respondToCreate(400, {});
    zuplo.respondToCreate(200, { id: 'csmr_0' });
    await logIn(loginOf({ user: { user_id } }), { action });
  }
}

/** Let an instance learn that Zuplo accepts addresses alone. */
async function learn() {
  await logInByAddress('auth0|eve', 'auth0|bob');
  zuplo.requests.length = 0;
  zuplo.lines.length = 0;
}

test('the manager is the whole subject, even of a long user id', async () => {
  const user_id = `samlp|${'é'.repeat(400)}`;
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  await logIn(loginOf({ user: { user_id } }), { action });
  assert.deepEqual(managers(), [{ email: 'ada@example.com', sub: user_id }]);
});

test('a login whose subject Zuplo accepts says nothing of managers', async () => {
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  await logIn(loginOf(), { action });
  assert.deepEqual(last(), { zuplo_consumer: 'created', attempts: 1 });
});

describe('when Zuplo refuses the subject with 400', () => {
  for (const status of [200, 201]) {
    test(`the same login sends the address alone (${status})`, async () => {
      zuplo.respondToCreate(400, {});
      zuplo.respondToCreate(status, { id: 'csmr_1' });
      assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
      assert.deepEqual(managers(), [ADA, 'ada@example.com']);
      assert.deepEqual(last(), { zuplo_consumer: 'created', managers: 'address', attempts: 2 });
    });
  }

  test('both requests differ in the manager alone', async () => {
    zuplo.respondToCreate(400, {});
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    await logIn(loginOf(), { action });
    const [first, second] = zuplo.requests.map(({ body }) => JSON.parse(body));
    assert.deepEqual({ ...second, managers: first.managers }, first);
  });

  test('an address refused with 400 ends the login as a subject refused does', async () => {
    for (let login = 0; login < 2; login += 1) {
      zuplo.respondToCreate(400, {});
      zuplo.respondToCreate(400, {});
      assert.deepEqual(await logIn(loginOf(), { action }), {});
      const refused = { zuplo_consumer: 'failed', reason: 'refused', status: 400, attempts: 2 };
      assert.deepEqual(last(), refused);
    }
    assert.deepEqual(managers(), [ADA, 'ada@example.com', ADA, 'ada@example.com']);
  });

  for (const status of [401, 403, 404, 429, 500, 503]) {
    test(`an address refused with ${status} is not sent again, and nothing is learnt`, async () => {
      zuplo.respondToCreate(400, {});
      zuplo.respondToCreate(status, {});
      assert.deepEqual(await logIn(loginOf(), { action }), {});
      const refused = { zuplo_consumer: 'failed', reason: 'refused', status, attempts: 2 };
      assert.deepEqual(last(), refused);
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      // Another instance's outage is not this one's.
      mock.timers.enable({ apis: ['Date'], now: Date.now() + 60_000 });
      await logIn(loginOf(), { action });
      assert.deepEqual(managers().at(-1), ADA);
    });
  }

  test('an address whose response is lost is not sent again', async () => {
    zuplo.respondToCreate(400, {});
    zuplo.breakConnection();
    assert.deepEqual(await logIn(loginOf(), { action }), {});
    assert.deepEqual(last(), { zuplo_consumer: 'failed', reason: 'connection', attempts: 2 });
  });

  test('the consumer that the lost response was about is found by the next login', async () => {
    zuplo.respondToCreate(400, {});
    zuplo.respondToCreate(409, {});
    respondWithAdas();
    assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
    assert.deepEqual(last(), { zuplo_consumer: 'adopted', managers: 'address', attempts: 3 });
    // Neither request can have stopped halfway, so nobody looks for a key.
    assert.deepEqual(asked(), [POST, POST, GET]);
  });

  test('after an attempt that may have stopped halfway, the key is looked for', async () => {
    zuplo.respondToCreate(503);
    zuplo.respondToCreate(400, {});
    zuplo.respondToCreate(409, {});
    respondWithAdas();
    zuplo.respondToKeys(200, { data: [] });
    zuplo.respondToCreateKey(200, { id: 'key_1' });
    assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
    assert.equal(last().attempts, 6);
    assert.deepEqual(asked().slice(0, 4), [POST, POST, POST, GET]);
  });

  test('an accepted address of a consumer of another person is no success', async () => {
    zuplo.respondToCreate(400, {});
    zuplo.respondToCreate(409, {});
    zuplo.respondToRead(200, { id: 'csmr_1', metadata: { user_id: 'auth0|eve' } });
    assert.deepEqual(await logIn(loginOf(), { action }), {});
    const { managers: form, reason } = last();
    assert.deepEqual([reason, form], ['owner_mismatch', 'address']);
  });

  test('two first logins of a user at once end with one consumer', async () => {
    for (const status of [400, 400, 200, 409]) zuplo.respondToCreate(status, { id: 'csmr_1' });
    respondWithAdas();
    const both = [logIn(loginOf(), { action }), logIn(loginOf(), { action })];
    assert.deepEqual(await Promise.all(both), [CREATED, CREATED]);
    assert.deepEqual(outcomes().map((it) => it.zuplo_consumer).sort(), ['adopted', 'created']);
    assert.equal(asked().filter((request) => request === POST).length, 4);
  });
});

for (const status of [401, 403, 404]) {
  test(`no address is sent when Zuplo refuses with ${status}`, async () => {
    zuplo.respondToCreate(status, {});
    assert.deepEqual(await logIn(loginOf(), { action }), {});
    assert.deepEqual(managers(), [ADA]);
  });
}

test('one user whose subject Zuplo refuses changes nothing for the others', async () => {
  await logInByAddress('auth0|eve', 'auth0|eve');
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  await logIn(loginOf(), { action });
  assert.deepEqual(managers().at(-1), ADA);
  assert.deepEqual(last(), { zuplo_consumer: 'created', attempts: 1 });
});

describe('an instance that has learnt it', () => {
  beforeEach(learn);

  test('sends the address at once, and says so', async () => {
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
    assert.deepEqual(managers(), ['ada@example.com']);
    assert.deepEqual(last(), { zuplo_consumer: 'created', managers: 'address', attempts: 1 });
  });

  test('repeats an attempt as any other', async () => {
    for (const status of [503, 503, 200]) zuplo.respondToCreate(status, { id: 'csmr_1' });
    assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
    assert.equal(last().attempts, 3);
  });

  test('gives a consumer that broke off halfway its key', async () => {
    zuplo.respondToCreate(500);
    zuplo.respondToCreate(409, {});
    respondWithAdas();
    zuplo.respondToKeys(200, { data: [{ id: 'key_1' }] });
    assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
    assert.equal(asked().length, 4);
  });

  test("sends no third form after another 400, which is one user's refusal", async () => {
    zuplo.respondToCreate(400, {});
    assert.deepEqual(await logIn(loginOf(), { action }), {});
    const refused = { zuplo_consumer: 'failed', reason: 'refused', status: 400, attempts: 1 };
    assert.deepEqual(last(), refused);
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
    assert.deepEqual(managers(), ['ada@example.com', 'ada@example.com']);
  });

  test('teaches no other instance', async () => {
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    await logIn();
    assert.deepEqual(managers(), [ADA]);
  });
});

test('a login that began before its instance learnt it asks once more', PATIENT, async (t) => {
  const exchanges = [];
  const server = createServer((request, response) => exchanges.push(response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close().closeAllConnections());
  const address = `127.0.0.1:${server.address().port}`;
  zuplo.agent.enableNetConnect(address);
  const settings = { zuplo_api_url: `http://${address}`, login_timeout_ms: 5000 };
  const instance = { action: load(render(settings)) };
  const until = async (count) => {
    while (exchanges.length < count) {
      t.signal.throwIfAborted();
      await turn();
    }
  };
  const respond = (status) => exchanges.at(-1).writeHead(status).end('{"id":"csmr_1"}');

  const early = logIn(loginOf(), instance);
  await until(1);
  const [first] = exchanges;
  const late = logIn(loginOf(), instance);
  await until(2);
  respond(400);
  await until(3);
  respond(200);
  assert.deepEqual(await late, CREATED);
  first.writeHead(400).end();
  await until(4);
  respond(503);
  assert.deepEqual(await early, {});
  assert.deepEqual([last().status, last().attempts], [503, 2]);
});
