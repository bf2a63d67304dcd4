/** The Action's connections, on real sockets: how many there are, and what ends one. */
const assert = require('node:assert/strict');
const { once } = require('node:events');
const { createServer } = require('node:http');
const { afterEach, beforeEach, mock, test } = require('node:test');
const { setImmediate: turn } = require('node:timers/promises');
const { load, logIn, loginOf, render } = require('./harness.js');
const { after, before, startStalling } = require('./stalling.js');

const CREATED = { api_consumer: 'csmr_1' };
const PATIENT = { timeout: 60_000 };
const lines = [];

beforeEach(() => {
  lines.length = 0;
  for (const level of ['log', 'error']) {
    mock.method(console, level, (line) => lines.push(JSON.parse(line)));
  }
});

afterEach(() => mock.reset());

/** Start a Zuplo; gives an Action for it, and lists its sockets. */
async function startZuplo(t, respond, settings = {}) {
  const zuplo = { sockets: [] };
  const server = createServer((request, response) =>
    request.resume().on('end', () => respond(request, response)),
  );
  server.on('connection', (socket) => zuplo.sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${server.address().port}`;
  zuplo.action = load(render({ zuplo_api_url: url, login_timeout_ms: 5000, ...settings }));
  return zuplo;
}

const consumer = JSON.stringify({ id: 'csmr_1', metadata: { user_id: 'auth0|ada' } });
const created = (_, response) => response.end(consumer);

/** Respond when so many wait. */
function together(count) {
  const waiting = [];
  return (...exchange) => {
    if (waiting.push(exchange) === count) for (const one of waiting.splice(0)) created(...one);
  };
}

/** Let this process work until something is so. */
async function until(t, isSo) {
  while (!isSo()) {
    t.signal.throwIfAborted();
    await turn();
  }
}

test('a consumer is created and looked up on one connection', async (t) => {
  const zuplo = await startZuplo(t, ({ method }, response) =>
    response.writeHead(method === 'POST' ? 409 : 200).end(consumer),
  );
  assert.deepEqual(await logIn(loginOf(), zuplo), CREATED);
  assert.equal(zuplo.sockets.length, 1);
});

test('logins in a row share a connection', async (t) => {
  const zuplo = await startZuplo(t, created);
  for (let login = 0; login < 5; login += 1) await logIn(loginOf(), zuplo);
  assert.equal(zuplo.sockets.length, 1);
});

test('attempts of a login share a connection', async (t) => {
  const statuses = [429, 503, 200];
  const zuplo = await startZuplo(t, (_, response) =>
    response.writeHead(statuses.shift()).end(consumer),
  );
  assert.deepEqual(await logIn(loginOf(), zuplo), CREATED);
  assert.equal(zuplo.sockets.length, 1);
});

test('logins at the same time have a connection each, which later ones share', async (t) => {
  const zuplo = await startZuplo(t, together(5));
  const logInAll = () => Promise.all(Array.from({ length: 5 }, () => logIn(loginOf(), zuplo)));
  assert.deepEqual(await logInAll(), Array(5).fill(CREATED));
  assert.deepEqual(await logInAll(), Array(5).fill(CREATED));
  assert.equal(zuplo.sockets.length, 5);
});

test('a login that is over does not cut the connection of the next one', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const zuplo = await startZuplo(t, (_, response) => {
    mock.timers.tick(4000);
    response.end(consumer);
  });
  for (let login = 0; login < 3; login += 1) {
    assert.deepEqual(await logIn(loginOf(), zuplo), CREATED);
  }
  assert.equal(zuplo.sockets.length, 1);
});

test('a login cuts no connection that it has given back', PATIENT, async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  // A second until the next attempt.
  const { mock: random } = mock.method(Math, 'random', () => 5);
  const exchanges = [];
  const arrive = (...exchange) => exchanges.push(exchange);
  const zuplo = await startZuplo(t, arrive, { login_timeout_ms: 3000 });

  const first = logIn(loginOf(), zuplo);
  await until(t, () => exchanges.length === 1);
  exchanges[0][1].writeHead(503).end();
  await until(t, () => random.callCount() === 1);
  mock.timers.tick(900);
  const second = logIn(loginOf(), zuplo);
  await until(t, () => exchanges.length === 2);
  mock.timers.tick(100);
  await until(t, () => exchanges.length === 3);
  mock.timers.tick(2000);
  assert.deepEqual(await first, {});
  created(...exchanges[1]);
  assert.deepEqual(await second, CREATED);
  assert.equal(zuplo.sockets.length, 2);
});

test('a login that stalls in TLS until its end cuts no other connection', PATIENT, async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const exchanges = [];
  const arrive = (...exchange) => exchanges.push(exchange);
  const zuplo = await startStalling(t, before.mute, arrive);
  const action = load(render({ zuplo_api_url: zuplo.url, login_timeout_ms: 3000 }));

  const first = logIn(loginOf(), { action });
  await until(t, () => zuplo.connections === 1);
  mock.timers.tick(1500);
  const second = logIn(loginOf(), { action });
  await until(t, () => exchanges.length === 1);
  mock.timers.tick(1500);
  assert.deepEqual(await first, {});
  after.created(...exchanges[0]);
  assert.deepEqual(await second, CREATED);
  assert.equal(zuplo.connections, 2);
});

test('connections that died unheard cost one login, and serve none', PATIENT, async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const dead = new Set();
  let unheard = 0;
  const respondToBoth = together(2);
  const zuplo = await startZuplo(
    t,
    (request, response) => {
      if (dead.has(request.socket)) unheard += 1;
      else if (dead.size) created(request, response);
      else respondToBoth(request, response);
    },
    { login_timeout_ms: 1500 },
  );
  const now = Date.now;
  let skippedMs = 0;
  mock.method(Date, 'now', () => now() + skippedMs);
  await Promise.all([logIn(loginOf(), zuplo), logIn(loginOf(), zuplo)]);
  for (const socket of zuplo.sockets) dead.add(socket);
  const lost = logIn(loginOf(), zuplo);
  await until(t, () => unheard === 1);
  mock.timers.tick(1500);
  assert.deepEqual(await lost, {});
  assert.equal(lines.at(-1).reason, 'timeout');
  skippedMs = 30_000;
  assert.deepEqual(await logIn(loginOf(), zuplo), CREATED);
  assert.equal(zuplo.sockets.length, 3);
  await turn();
  assert.ok([...dead].every((socket) => socket.destroyed));
});
