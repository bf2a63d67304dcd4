/** What the Action does when Zuplo is slow, broken or away. */
const assert = require('node:assert/strict');
const { beforeEach, describe, mock, test } = require('node:test');
const { setImmediate: turn } = require('node:timers/promises');
const { load, logIn, loginOf, render, useZuplo, workingCache } = require('./harness.js');

const HALF_MINUTE = 30_000;
const zuplo = useZuplo();
const outcomes = () => zuplo.lines.map((line) => JSON.parse(line));

describe('with a clock of the test', () => {
  let action;
  let cache;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
    action = load(render());
    cache = workingCache();
  });

  /** Let time pass until a login has ended; gives what it wrote and how long it took. */
  async function passing(login) {
    const started = Date.now();
    let written;
    login.then((value) => (written = value));
    for (let turns = 0; written === undefined; turns += 1) {
      assert.ok(turns < 2000, "the login does not end");
      await turn();
      mock.timers.tick(10);
    }
    return { written, ms: Date.now() - started };
  }

  const someLogin = (options) => passing(logIn(loginOf(), { action, cache, ...options }));

  /** A login of this user: Zuplo responds to each attempt with an error of its own. */
  async function failing(userId, status = 503) {
    for (let attempt = 0; attempt < 3; attempt += 1) zuplo.respondToCreate(status);
    await passing(logIn(loginOf({ user: { user_id: userId } }), { action, cache }));
  }

  async function startOutage() {
    await failing('auth0|eve');
    await failing('auth0|bob');
    zuplo.lines.length = 0;
    zuplo.requests.length = 0;
  }

  describe('an attempt is repeated', () => {
    for (const status of [429, 500, 503]) {
      test(`after ${status}`, async () => {
        zuplo.respondToCreate(status);
        zuplo.respondToCreate(200, { id: 'csmr_1' });
        const { written } = await someLogin();
        assert.deepEqual(written, { api_consumer: 'csmr_1' });
        assert.equal(outcomes()[0].attempts, 2);
      });
    }

    test('after a broken connection, and finds what the first one made', async () => {
      zuplo.breakConnection();
      zuplo.respondToCreate(409, {});
      zuplo.respondToRead(200, { id: 'csmr_1', metadata: { user_id: 'auth0|ada' } });
      zuplo.respondToKeys(200, { data: [{ id: 'key_1' }] });
      const { written } = await someLogin();
      assert.deepEqual(written, { api_consumer: 'csmr_1' });
    });

    test('when Zuplo said, if that is in time', async () => {
      mock.method(Math, 'random', () => 0);
      zuplo.respondToCreate(429, {}, { 'retry-after': '0.5' });
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      const { ms, written } = await someLogin();
      assert.deepEqual(written, { api_consumer: 'csmr_1' });
      assert.ok(ms >= 500);
    });

    test('when Zuplo said by a date, if that is in time', async () => {
      mock.method(Math, 'random', () => 0);
      // HTTP dates have whole seconds.
      action = load(render({ login_timeout_ms: 3000 }));
      const date = new Date(Date.now() + 2000).toUTCString();
      zuplo.respondToCreate(429, {}, { 'retry-after': date });
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      const { ms, written } = await someLogin();
      assert.deepEqual(written, { api_consumer: 'csmr_1' });
      assert.ok(ms >= 2000);
    });

    for (const header of ['60', new Date(1_060_000).toUTCString()]) {
      test(`never, if Zuplo wants more time than the login has (${header})`, async () => {
        zuplo.respondToCreate(429, {}, { 'retry-after': header });
        const { ms } = await someLogin();
        assert.equal(outcomes()[0].status, 429);
        assert.ok(ms < 100);
      });
    }

    for (const header of ['soon', '-5', new Date(0).toUTCString()]) {
      test(`at once for a retry-after of ${header}`, async () => {
        mock.method(Math, 'random', () => 0);
        zuplo.respondToCreate(429, {}, { 'retry-after': header });
        zuplo.respondToCreate(200, { id: 'csmr_1' });
        const { ms, written } = await someLogin();
        assert.deepEqual(written, { api_consumer: 'csmr_1' });
        assert.ok(ms < 100);
      });
    }

    test('twice at the most', async () => {
      for (let attempt = 0; attempt < 3; attempt += 1) zuplo.respondToCreate(500);
      await someLogin();
      assert.equal(outcomes()[0].attempts, 3);
    });
  });

  describe('in an outage', () => {
    test('the next logins pass at once', async () => {
      await startOutage();
      assert.deepEqual(await someLogin(), { written: {}, ms: 10 });
      assert.deepEqual(outcomes(), [{ zuplo_consumer: 'skipped', reason: 'outage' }]);
    });

    test('another instance knows of it', async () => {
      await startOutage();
      await someLogin({ action: load(render()) });
      assert.equal(outcomes()[0].reason, 'outage');
    });

    test('a login for another bucket is not concerned', async () => {
      await startOutage();
      zuplo.agent
        .get('https://zuplo.test')
        .intercept({ method: 'POST', path: /zprj-2-preview/ })
        .reply(200, { id: 'csmr_2' });
      const other = load(render({ zuplo_bucket: 'zprj-2-preview' }));
      assert.deepEqual((await someLogin({ action: other })).written, {
        api_consumer: 'csmr_2',
      });
    });

    test('after half a minute one login at a time tries', async () => {
      await startOutage();
      mock.timers.tick(HALF_MINUTE);
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      const logins = Array.from({ length: 5 }, () => logIn(loginOf(), { action, cache }));
      const { written } = await passing(Promise.all(logins));
      assert.equal(zuplo.requests.length, 1);
      assert.deepEqual(written[0], { api_consumer: 'csmr_1' });
      assert.deepEqual(written.slice(1), [{}, {}, {}, {}]);
    });

    test('after half a minute one login at a time tries in a new instance, too', async () => {
      await startOutage();
      mock.timers.tick(HALF_MINUTE);
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      const other = load(render());
      const logins = Array.from({ length: 5 }, () =>
        logIn(loginOf(), { action: other, cache }),
      );
      const { written } = await passing(Promise.all(logins));
      assert.equal(zuplo.requests.length, 1);
      assert.deepEqual(written, [{ api_consumer: 'csmr_1' }, {}, {}, {}, {}]);
    });

    test('a success ends it for all', async () => {
      await startOutage();
      mock.timers.tick(HALF_MINUTE);
      for (const id of ['csmr_1', 'csmr_2', 'csmr_3']) zuplo.respondToCreate(200, { id });
      await someLogin();
      assert.deepEqual((await someLogin()).written, { api_consumer: 'csmr_2' });
      const { written } = await someLogin({ action: load(render()) });
      assert.deepEqual(written, { api_consumer: 'csmr_3' });
    });

    test('a failure prolongs it by half a minute', async () => {
      await startOutage();
      mock.timers.tick(HALF_MINUTE);
      for (let attempt = 0; attempt < 3; attempt += 1) zuplo.respondToCreate(503);
      await someLogin();
      mock.timers.tick(HALF_MINUTE - 1000);
      await someLogin();
      assert.equal(outcomes().at(-1).reason, 'outage');
    });

    test('a login that fails before it asks does not end it', async () => {
      await startOutage();
      mock.timers.tick(HALF_MINUTE);
      await passing(logIn(loginOf({ secrets: null }), { action, cache }));
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      const logins = Array.from({ length: 5 }, () => logIn(loginOf(), { action, cache }));
      await passing(Promise.all(logins));
      const reasons = outcomes().map(({ reason }) => reason);
      assert.deepEqual(reasons.filter((reason) => reason === 'outage').length, 4);
    });

    test('its end is known to simultaneous logins', async () => {
      await startOutage();
      mock.timers.tick(HALF_MINUTE);
      zuplo.respondToCreate(200, { id: 'csmr_0' });
      await someLogin();
      for (let login = 0; login < 5; login += 1) zuplo.respondToCreate(200, { id: 'csmr_1' });
      const logins = Array.from({ length: 5 }, () => logIn(loginOf(), { action, cache }));
      const { written } = await passing(Promise.all(logins));
      assert.deepEqual(written, Array(5).fill({ api_consumer: 'csmr_1' }));
    });

    test('a failed probe is followed by another, half a minute later', async () => {
      await startOutage();
      mock.timers.tick(HALF_MINUTE);
      for (let attempt = 0; attempt < 3; attempt += 1) zuplo.respondToCreate(503);
      await someLogin();
      mock.timers.tick(HALF_MINUTE);
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      assert.deepEqual((await someLogin()).written, { api_consumer: 'csmr_1' });
    });

    test('thirty logins in a row add nothing', async () => {
      await startOutage();
      for (let login = 0; login < 29; login += 1) {
        assert.equal((await someLogin()).ms, 10);
      }
      assert.equal(zuplo.requests.length, 0);
    });
  });

  for (const status of [401, 429]) {
    test(`${status} is an outage`, async () => {
      zuplo.respondToCreate(status, {}, { 'retry-after': '60' });
      await someLogin();
      await someLogin();
      assert.equal(outcomes()[1].reason, 'outage');
    });
  }

  for (const status of [400, 403, 404]) {
    test(`${status}, one user's failure, is no outage`, async () => {
      zuplo.respondToCreate(status, {});
      // Sent for 400, as the address alone.
      if (status === 400) zuplo.respondToCreate(status, {});
      await someLogin();
      assert.equal(outcomes()[0].status, status);
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      assert.deepEqual((await someLogin()).written, { api_consumer: 'csmr_1' });
    });
  }

  describe('a server that fails at the data of one user', () => {
    const failed = { zuplo_consumer: 'failed', reason: 'refused', status: 500 };
    const withoutFigures = ({ attempts, ms, ...rest }) => rest;
    const seen = () => outcomes().map(withoutFigures);

    test('stops nobody else, at none of their logins', async () => {
      for (let login = 0; login < 3; login += 1) {
        await failing('auth0|eve', 500);
        zuplo.respondToCreate(200, { id: 'csmr_1' });
        await someLogin();
        zuplo.respondToCreate(200, { id: 'csmr_1' });
        await someLogin({ action: load(render()) });
      }
      const round = [failed, { zuplo_consumer: 'created' }, { zuplo_consumer: 'created' }];
      assert.deepEqual(seen(), [...round, ...round, ...round]);
    });

    test('stops nobody else who logs in after several of their logins', async () => {
      for (let login = 0; login < 3; login += 1) await failing('auth0|eve', 500);
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      assert.deepEqual((await someLogin()).written, { api_consumer: 'csmr_1' });
    });

    test('and, with others in between, of another, stops nobody', async () => {
      await failing('auth0|eve', 500);
      zuplo.respondToCreate(403, {});
      await someLogin();
      await failing('auth0|bob', 500);
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      assert.deepEqual((await someLogin()).written, { api_consumer: 'csmr_1' });
    });

    test('does not prolong an outage, and does not end it', async () => {
      await startOutage();
      mock.timers.tick(HALF_MINUTE);
      await failing('auth0|bob', 500);
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      const logins = Array.from({ length: 5 }, () => logIn(loginOf(), { action, cache }));
      const { written } = await passing(Promise.all(logins));
      assert.deepEqual(written, [{ api_consumer: 'csmr_1' }, {}, {}, {}, {}]);
    });
  });

  test('an outage with one API key is none with another', async () => {
    zuplo.respondToCreate(401, {});
    await someLogin();
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    const rotated = loginOf({ secrets: { API_KEY: 'zpka_other' } });
    const other = load(render());
    const login = logIn(rotated, { action: other, cache });
    assert.deepEqual((await passing(login)).written, { api_consumer: 'csmr_1' });
  });

  for (const [what, broken] of Object.entries({
    'is not there': undefined,
    'loses everything': { get: () => undefined, set() {}, delete() {} },
    'returns errors': {
      get: () => ({ type: 'error', code: 'x' }),
      set: () => ({ type: 'error', code: 'x' }),
      delete: () => ({ type: 'error', code: 'x' }),
    },
    throws: {
      get() {
        throw new Error('cache');
      },
    },
    rejects: {
      get: async () => assert.fail('get'),
      set: async () => assert.fail('set'),
      delete: async () => assert.fail('delete'),
    },
    'holds no text': { get: () => ({ value: Symbol('x') }), set() {}, delete() {} },
    'holds nonsense': { get: () => ({ value: 'soon' }), set() {}, delete() {} },
  })) {
    test(`a cache that ${what} stops nobody`, async () => {
      cache = broken;
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      assert.deepEqual((await someLogin({ cache })).written, { api_consumer: 'csmr_1' });
    });

    test(`an outage is remembered with a cache that ${what}`, async () => {
      cache = broken;
      await startOutage();
      await someLogin();
      assert.equal(outcomes()[0].reason, 'outage');
    });
  }
});

describe('a cache', () => {
  test('that holds the far future stops logins for half a minute only', async () => {
    mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
    const cache = { get: () => ({ value: '9e15' }), set() {}, delete() {} };
    const action = load(render());
    await logIn(loginOf(), { action, cache });
    assert.equal(outcomes()[0].reason, 'outage');
    mock.timers.tick(HALF_MINUTE);
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    assert.deepEqual(await logIn(loginOf(), { action, cache }), { api_consumer: 'csmr_1' });
  });
});
