/**
 * A login ends at loginTimeoutMs whatever the network does: real sockets that stall.
 *
 * What counts is the time. The login races a bare timer of the same process, so that a busy
 * machine delays both.
 */
const assert = require('node:assert/strict');
const { AsyncLocalStorage } = require('node:async_hooks');
const { execFile } = require('node:child_process');
const dns = require('node:dns');
const { describe, mock, test } = require('node:test');
const { setImmediate: turn, setTimeout: pause } = require('node:timers/promises');
const { promisify } = require('node:util');
const { load, logIn, loginOf, render } = require('./harness.js');
const { after, before, certificate, startFull, startStalling } = require('./stalling.js');

// What comes before a stall must fit into it on a busy machine.
const LOGIN_TIMEOUT_MS = 3000;
const LATE_MS = 100;
const HALF_MINUTE = 30_000;
const CREATED = { api_consumer: 'csmr_1' };
// The tests mostly wait, so some run at the same time.
const AT_ONCE = { concurrency: 8, timeout: 120_000 };

const rejections = [];
process.on('unhandledRejection', (error) => rejections.push(error));

/** Of the test that runs: the lines of its logins, and how far its clock is ahead. */
const current = new AsyncLocalStorage();
const isolated = (body) => (t) => current.run({ lines: [], skippedMs: 0 }, body, t);

for (const level of ['log', 'error']) {
  mock.method(console, level, (line) => current.getStore().lines.push(JSON.parse(line)));
}
// Attempts follow at once, so that most of the time is the stall's.
mock.method(Math, 'random', () => 0);
const now = Date.now;
mock.method(Date, 'now', () => now() + (current.getStore()?.skippedMs ?? 0));

// Made by Python, which must not stop this process within a login.
const { ca } = certificate();
const SOMEWHERE = 'https://zuplo.test:1';
const CODE = render({ zuplo_api_url: SOMEWHERE, login_timeout_ms: LOGIN_TIMEOUT_MS });

const codeFor = (url) => CODE.replace(SOMEWHERE, url);
const actionFor = (url) => load(codeFor(url));

async function assertTimeout(action, attempts) {
  const { lines } = current.getStore();
  const started = performance.now();
  const login = logIn(loginOf(), { action });
  // A turn later: Node may run timers that are due together in another order.
  const isLate = pause(LOGIN_TIMEOUT_MS + LATE_MS).then(() => turn('late'));
  const first = await Promise.race([login, isLate]);
  assert.deepEqual(await login, {});
  assert.notEqual(first, 'late', `it took ${Math.round(performance.now() - started)} ms`);
  assert.equal(lines.length, 1);
  assert.deepEqual([lines[0].reason, lines[0].attempts], ['timeout', attempts]);
}

async function assertNextSucceeds(action) {
  const store = current.getStore();
  await logIn(loginOf(), { action });
  assert.equal(store.lines.at(-1).reason, 'outage');
  store.skippedMs += HALF_MINUTE;
  assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
  assert.deepEqual(rejections, []);
}

describe('a login ends in time, and the next one succeeds, when', AT_ONCE, () => {
  for (const [what, ways] of Object.entries({
    'Zuplo accepts and says nothing': [before.mute],
    'Zuplo does TLS byte by byte': [before.dripTls],
    'a proxy finishes TLS and hangs': [after.mute],
    'a proxy sends hints without end': [after.dripHints],
    'the headers trickle': [after.dripHeaders],
    'the body trickles': [after.dripBody],
    'the body breaks off': [after.halfBody],
    'the body of a refusal breaks off': [after.halfRefusal],
    'the body of a 409 breaks off': [after.halfConflict],
    'the second attempt stalls, after a 503': [after.unavailable, before.mute],
    'the second attempt stalls, after a reset': [before.reset, before.mute],
    'the second attempt does TLS byte by byte': [after.unavailable, before.dripTls],
    'the second attempt hangs after TLS': [after.unavailable, after.mute],
    'the address alone stalls, after a 400': [after.badRequest, before.mute],
    'the address alone hangs after TLS, after a 400': [after.badRequest, after.mute],
    'the look-up after a 409 stalls': [after.conflict, before.mute],
    'the look-up after a 409 does TLS byte by byte': [after.conflict, before.dripTls],
    'the look-up after a 409 hangs after TLS': [after.conflict, after.mute],
    'the look-up stalls at its second attempt': [
      after.conflict,
      after.unavailable,
      before.mute,
    ],
  })) {
    const body = async (t) => {
      const zuplo = await startStalling(t, ...ways, after.created);
      const action = actionFor(zuplo.url);
      await assertTimeout(action, ways.length);
      assert.equal(zuplo.connections, ways.length);
      await assertNextSucceeds(action);
      // None was opened after the deadline.
      assert.equal(zuplo.connections, ways.length + 1);
    };
    test(what, isolated(body));
  }
});

const resolvingTo = (...addresses) => (_, options, found) => {
  const all = addresses.map((address) => ({ address, family: 4 }));
  return options.all ? found(null, all) : found(null, addresses[0], 4);
};

test(
  'a login ends in time when no SYN gets a response',
  isolated(async (t) => assertTimeout(actionFor((await startFull(t)).url), 1)),
);

test(
  'a login ends in time when no address of the name responds to a SYN',
  isolated(async (t) => {
    const { url } = await startFull(t);
    t.mock.method(dns, 'lookup', resolvingTo('127.0.0.1', '127.0.0.1', '127.0.0.1'));
    await assertTimeout(actionFor(url.replace('127.0.0.1', 'zuplo.test')), 1);
  }),
);

test(
  'a login ends in time when the name is not found in time',
  isolated(async (t) => {
    const zuplo = await startStalling(t, after.created);
    const { mock: lookup } = t.mock.method(dns, 'lookup', () => {});
    const action = actionFor(zuplo.url.replace('127.0.0.1', 'zuplo.test'));
    await assertTimeout(action, 1);

    const resolve = resolvingTo('127.0.0.1');
    resolve(...lookup.calls[0].arguments);
    lookup.mockImplementation(resolve);
    await turn();
    assert.equal(zuplo.connections, 0, 'what came too late is used');
    await assertNextSucceeds(action);
  }),
);

describe('of two users at the same time', AT_ONCE, () => {
  const aStalledOneStopsNoOther = async (t) => {
    const zuplo = await startStalling(t, before.mute, after.created);
    const action = actionFor(zuplo.url);
    let isFirstOver = false;
    const first = logIn(loginOf(), { action }).finally(() => (isFirstOver = true));
    assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
    assert.equal(isFirstOver, false);
    assert.deepEqual(await first, {});
  };
  test(
    'the second gets their consumer while the first one stalls',
    isolated(aStalledOneStopsNoOther),
  );
});

describe('a process has nothing left to do after a login when', AT_ONCE, () => {
  const script = `
    const { load, logIn, loginOf } = require('./harness.js');
    const [code, ca] = process.argv.slice(1);
    require('node:tls').setDefaultCACertificates([ca]);
    const resources = () =>
      process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate');
    const idle = resources();
    logIn(loginOf(), { action: load(code) }).then(() => {
      // A socket that was destroyed is closed a turn later.
      setImmediate(() => setImmediate(() => {
        console.log(JSON.stringify({ idle, left: resources() }));
      }));
    });`;

  /** Run one login in a process of its own, until that ends by itself. */
  async function logInApart(url) {
    const { stderr, stdout } = await promisify(execFile)(
      process.execPath,
      ['-e', script, codeFor(url), ca],
      { cwd: __dirname, encoding: 'utf8' },
    );
    return { ...JSON.parse(stderr), ...JSON.parse(stdout) };
  }

  async function assertNothingIsLeft({ url }) {
    const { idle, left, reason } = await logInApart(url);
    assert.equal(reason, 'timeout');
    assert.deepEqual(left, idle);
  }

  for (const [what, ways] of Object.entries({
    'Zuplo stalls in TLS': [before.mute],
    'Zuplo stalls in TLS at the second attempt': [after.unavailable, before.mute],
    'a proxy hangs after TLS': [after.mute],
    'the body trickles': [after.dripBody],
    'the look-up after a 409 stalls': [after.conflict, before.mute],
  })) {
    test(what, async (t) => assertNothingIsLeft(await startStalling(t, ...ways)));
  }

  test('no SYN gets a response', async (t) => assertNothingIsLeft(await startFull(t)));
});
