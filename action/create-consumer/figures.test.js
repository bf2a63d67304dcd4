/** The figures of the Action: pauses, limits, and what it tells its surroundings. */
const assert = require('node:assert/strict');
const { once } = require('node:events');
const { createServer } = require('node:http');
const { beforeEach, describe, mock, test } = require('node:test');
const { setImmediate: turn } = require('node:timers/promises');
const undici = require('undici');
const { load, logIn, loginOf, render, useZuplo, workingCache } = require('./harness.js');

const zuplo = useZuplo();
const outcomes = () => zuplo.lines.map((line) => JSON.parse(line));

describe('pauses between attempts', () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
    mock.method(Math, 'random', () => 0.5);
  });

  /** Tick through a login; gives its milliseconds by the test's clock. */
  async function passing(login) {
    const started = Date.now();
    let isOver = false;
    login.finally(() => (isOver = true));
    for (let turns = 0; !isOver; turns += 1) {
      assert.ok(turns < 2000, 'the login does not end');
      await turn();
      mock.timers.tick(5);
    }
    return Date.now() - started;
  }

  test('grow: 100 and 200 ms on the average', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) zuplo.respondToCreate(503);
    const ms = await passing(logIn());
    assert.ok(ms >= 300 && ms < 350, `${ms} ms`);
  });

  test('come on top of what Zuplo asks for', async () => {
    zuplo.respondToCreate(429, {}, { 'retry-after': '0.5' });
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    const ms = await passing(logIn());
    assert.ok(ms >= 600 && ms < 640, `${ms} ms`);
  });

  test('are measured against what is left, not against all', async () => {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      zuplo.respondToCreate(429, {}, { 'retry-after': '0.5' });
    }
    const ms = await passing(logIn());
    assert.ok(ms < 640, `${ms} ms`);
    assert.deepEqual([outcomes()[0].status, outcomes()[0].attempts], [429, 2]);
  });
});

describe('the next login skips Zuplo after', () => {
  test('429', async () => {
    zuplo.respondToCreate(429, {}, { 'retry-after': '60' });
    const action = load(render());
    await logIn(loginOf(), { action });
    await logIn(loginOf(), { action });
    assert.equal(outcomes()[1].reason, 'outage');
  });

  test('500 to two users', async () => {
    const action = load(render());
    for (const user_id of ['auth0|eve', 'auth0|bob']) {
      zuplo.respondToCreate(500, {}, { 'retry-after': '60' });
      await logIn(loginOf({ user: { user_id } }), { action });
    }
    await logIn(loginOf(), { action });
    assert.deepEqual(
      outcomes().map(({ reason }) => reason),
      ['refused', 'refused', 'outage'],
    );
  });

  test('broken connections', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) zuplo.breakConnection();
    const action = load(render());
    await logIn(loginOf(), { action });
    await logIn(loginOf(), { action });
    assert.deepEqual(
      outcomes().map(({ reason }) => reason),
      ['connection', 'outage'],
    );
  });

  test('a time-out', async (t) => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close().closeAllConnections());
    const address = `127.0.0.1:${server.address().port}`;
    zuplo.agent.enableNetConnect(address);
    const settings = { zuplo_api_url: `http://${address}`, login_timeout_ms: 500 };
    const action = load(render(settings));
    await logIn(loginOf(), { action });
    await logIn(loginOf(), { action });
    assert.deepEqual(
      outcomes().map(({ reason }) => reason),
      ['timeout', 'outage'],
    );
  });
});

test('the cache gets a short key, and the end of the pause for twice as long', async () => {
  mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const cache = workingCache();
  mock.method(cache, 'set');
  zuplo.respondToCreate(401, {});
  await logIn(loginOf(), { cache });
  const [key, value, options] = cache.set.mock.calls[0].arguments;
  assert.match(key, /^zuplo-[0-9a-f]{16}$/);
  assert.equal(value, '1030000');
  assert.deepEqual(options, { ttl: 60_000 });
});

test('a success without an outage leaves the cache alone', async () => {
  const cache = workingCache();
  mock.method(cache, 'set');
  mock.method(cache, 'delete');
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  await logIn(loginOf(), { cache });
  assert.equal(cache.set.mock.callCount() + cache.delete.mock.callCount(), 0);
});

test('a connection is kept for a minute', async () => {
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  await logIn();
  const [options] = undici.Agent.mock.calls[0].arguments;
  assert.equal(options.keepAliveTimeout, 60_000);
});

test('no timer outlives a login', async () => {
  const timers = () =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  await logIn();
  assert.equal(timers(), before);
});

test('a response of 64 KiB is read, a longer one is not', async () => {
  const responseOf = (length) => {
    const bare = JSON.stringify({ id: 'csmr_1', x: '' });
    return bare.replace('""', `"${'x'.repeat(length - bare.length)}"`);
  };
  zuplo.respondToCreate(200, responseOf(64 * 1024));
  assert.deepEqual(await logIn(), { api_consumer: 'csmr_1' });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    zuplo.respondToCreate(200, responseOf(64 * 1024 + 1));
  }
  assert.deepEqual(await logIn(), {});
});

test('a user id of 250 bytes as JSON is sent, a longer one as its hash', async () => {
  for (const [length, sent] of [
    [248, /^x{248}$/],
    [249, /^[0-9a-f]{64}$/],
  ]) {
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    await logIn(loginOf({ user: { user_id: 'x'.repeat(length) } }));
    assert.match(JSON.parse(zuplo.requests.at(-1).body).metadata.user_id, sent);
  }
});

test('a key pasted with a line end is sent without it', async () => {
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  await logIn(loginOf({ secrets: { API_KEY: ' zpka_secret\n' } }));
  assert.equal(zuplo.requests[0].headers.authorization, 'Bearer zpka_secret');
});

test('a login without a transaction is one', async () => {
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  const written = await logIn(loginOf({ transaction: undefined }));
  assert.deepEqual(written, { api_consumer: 'csmr_1' });
});

test('only a failure is logged as an error', async () => {
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  await logIn();
  assert.equal(console.error.mock.callCount(), 0);
  zuplo.respondToCreate(403, {});
  await logIn();
  assert.equal(console.error.mock.callCount(), 1);
  assert.equal(console.log.mock.callCount(), 1);
});
