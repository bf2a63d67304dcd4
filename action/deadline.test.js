/**
 * A login ends at loginTimeoutMs whatever the network does: real sockets that stall.
 *
 * The time is what is promised. It is compared with a bare timer of the same process, so
 * that a busy machine is late in both.
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

const LOGIN_TIMEOUT_MS = 1500;
const LATE_MS = 100;
const HALF_MINUTE = 30_000;
const CREATED = { api_consumer: 'csmr_1' };
// The tests mostly wait, so some run at the same time.
const AT_ONCE = { concurrency: 4, timeout: 120_000 };

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

const codeFor = (url) => render({ zuplo_api_url: url, login_timeout_ms: LOGIN_TIMEOUT_MS });
const actionFor = (url) => load(codeFor(url));

/** Log in; gives also by how many milliseconds a bare timer was earlier. */
async function timed(action) {
  let due;
  const timer = setTimeout(() => (due = performance.now()), LOGIN_TIMEOUT_MS);
  const written = await logIn(loginOf(), { action });
  clearTimeout(timer);
  return { written, lateMs: performance.now() - (due ?? performance.now()) };
}

async function assertTimeout(action, attempts) {
  const { lateMs, written } = await timed(action);
  const { lines } = current.getStore();
  assert.deepEqual(written, {});
  assert.ok(lateMs < LATE_MS, `${lateMs} ms late`);
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

const answering = (...addresses) => (_, options, found) => {
  const all = addresses.map((address) => ({ address, family: 4 }));
  return options.all ? found(null, all) : found(null, addresses[0], 4);
};

test(
  'a login ends in time when no SYN is answered',
  isolated(async (t) => assertTimeout(actionFor((await startFull(t)).url), 1)),
);

test(
  'a login ends in time when no SYN is answered by any address of the name',
  isolated(async (t) => {
    const { url } = await startFull(t);
    t.mock.method(dns, 'lookup', answering('127.0.0.1', '127.0.0.1', '127.0.0.1'));
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

    const answer = answering('127.0.0.1');
    answer(...lookup.calls[0].arguments);
    lookup.mockImplementation(answer);
    await turn();
    assert.equal(zuplo.connections, 0, 'what came too late is used');
    await assertNextSucceeds(action);
  }),
);

describe('of two users at the same time', AT_ONCE, () => {
  const aStalledOneGetsNone = async (t) => {
    const zuplo = await startStalling(t, before.mute, after.created);
    const action = actionFor(zuplo.url);
    let isFirstOver = false;
    const first = logIn(loginOf(), { action }).finally(() => (isFirstOver = true));
    assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
    assert.equal(isFirstOver, false);
    assert.deepEqual(await first, {});
  };
  test('the second gets her consumer while the first one stalls', isolated(aStalledOneGetsNone));

  const aStalledOneCutsNoOther = async (t) => {
    const { promise: firstIsOver, resolve } = Promise.withResolvers();
    const afterTheFirst = async (...exchange) => {
      await firstIsOver;
      after.created(...exchange);
    };
    const zuplo = await startStalling(t, before.mute, afterTheFirst);
    const action = actionFor(zuplo.url);
    const first = logIn(loginOf(), { action }).finally(resolve);
    await pause(LOGIN_TIMEOUT_MS / 2);
    assert.deepEqual(await logIn(loginOf(), { action }), CREATED);
    assert.deepEqual(await first, {});
    assert.equal(zuplo.connections, 2);
  };
  test(
    'the second keeps her connection when the first one runs out of time',
    isolated(aStalledOneCutsNoOther),
  );
});

describe('a process has nothing left to do after a login when', AT_ONCE, () => {
  const script = `
    const { load, logIn, loginOf } = require('./harness.js');
    const [code, ca] = process.argv.slice(1);
    require('node:tls').setDefaultCACertificates([ca]);
    logIn(loginOf(), { action: load(code) }).then(() => {
      const ended = performance.now();
      // A socket that was destroyed is closed a turn later.
      setImmediate(() => setImmediate(() => {
        const left = process.getActiveResourcesInfo();
        const ours = left.filter((kind) => /TCP|TLS|Timeout|GetAddrInfo/.test(kind));
        console.log(JSON.stringify(ours));
      }));
      process.on('exit', () => console.log(Math.round(performance.now() - ended)));
    });`;

  /** Run one login in a process of its own, until that ends by itself. */
  async function logInApart(url) {
    const { stderr, stdout } = await promisify(execFile)(
      process.execPath,
      ['-e', script, codeFor(url), certificate().ca],
      { cwd: __dirname, encoding: 'utf8' },
    );
    const [left, ms] = stdout.trim().split('\n').map(JSON.parse);
    return { ...JSON.parse(stderr), left, ms };
  }

  async function assertNothingIsLeft({ url }) {
    const { left, ms, reason } = await logInApart(url);
    assert.equal(reason, 'timeout');
    assert.deepEqual(left, []);
    assert.ok(ms < 2000, `the process lived on for ${ms} ms`);
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

  test('no SYN is answered', async (t) => assertNothingIsLeft(await startFull(t)));
});
