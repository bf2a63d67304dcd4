/**
 * What holds at every login, whatever Auth0 hands over and Zuplo responds: generated
 * logins, the same ones in each run, with a clock of the test.
 */
const assert = require('node:assert/strict');
const { beforeEach, mock, test } = require('node:test');
const { setImmediate: turn } = require('node:timers/promises');
const fc = require('fast-check');
const undici = require('undici');
const { load, loginOf, render, useZuplo, workingCache } = require('./harness.js');

const LOGINS = 250;
const NOW = 1_000_000;
const CONSUMERS = '/v1/accounts/acme/key-buckets/zprj-1-preview/consumers';
const EXCHANGES = ['oauth2-refresh-token', 'oauth2-token-exchange'];
// As docs/login-log.md has them.
const SKIPPED = ['token_exchange', 'no_id', 'no_email', 'email_not_verified', 'outage'];
const FAILED = ['timeout', 'connection', 'refused', 'invalid_response', 'owner_mismatch', 'internal'];
const LINE = new RegExp(
  `^{"zuplo_consumer":(?:"(?<done>created|adopted)"` +
    `|"skipped","reason":"(?<skipped>${SKIPPED.join('|')})"` +
    `|"failed","reason":"(?<failed>${FAILED.join('|')})"(?:,"status":(?<status>\\d{3}))?` +
    `)(?:,"managers":"(?<managers>address)")?(?:,"attempts":(?<attempts>\\d{1,2}),"ms":\\d{1,4})?}$`,
);
// The settings may add 700 bytes of JSON to a consumer.
const CODE = render({ consumer_metadata: { note: 'x'.repeat(689) } });
/** Stands for the owner that was sent, in a response of Zuplo. */
const OWNER = '@owner';

const often = (arbitrary, weight = 5) => ({ arbitrary, weight });
const fail = (value) => {
  throw value;
};

/** Any text that JavaScript can hold, half surrogate pairs included. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.array(fc.nat(0x10ffff)).map((points) => `u${String.fromCodePoint(...points)}`),
  fc.constantFrom('\u202eEve\u2028\n\0', '\ud83d\0\ude42', '🙂'.repeat(150), 'é'.repeat(999)),
);
const anything = fc.oneof(
  text,
  fc.constantFrom(undefined, null, true, 'true', 1, {}, '', '\u200d\u2028', Symbol('text')),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
);

/** How a value, or an error instead of it, can be in the place of a property. */
const KINDS = {
  value: (value) => ({ value }),
  'throwing getter': (value) => ({ get: () => fail(value) }),
  'throwing proxy': (value) => ({
    value: new Proxy({}, new Proxy({}, { get: () => () => fail(value) })),
  }),
  method: (value) => ({ value: () => value }),
  'throwing method': (value) => ({ value: () => fail(value) }),
  'rejecting method': (value) => ({ value: async () => fail(value) }),
};
const ALL_KINDS = Object.keys(KINDS);
const MOSTLY_VALUES = [...ALL_KINDS, ...Array(6).fill('value')];
const change = (places, kinds = MOSTLY_VALUES, value = anything) => {
  const place = fc.constantFrom(...places.split(' '));
  return fc.record({ place, kind: fc.constantFrom(...kinds), value });
};
const cached = fc.nat(2 * NOW).map((until) => ({ value: String(until) }));
const remembered = fc.constant({ api_consumer: 'csmr_1' });
const changes = fc.array(
  fc.oneof(
    change('event.client event.secrets event.tenant event.transaction event.user'),
    change('event.user.email event.user.email_verified event.user.name'),
    change('event.user.app_metadata event.user.user_id event.tenant.id'),
    change('event.secrets.API_KEY event.client.client_id event.transaction.protocol'),
    change('event.transaction.protocol', ['value'], fc.constantFrom(...EXCHANGES)),
    change('event.user.app_metadata', ['value'], remembered),
    often(change('api.cache api.cache.get api.cache.set api.cache.delete', ALL_KINDS)),
    change('api.cache.get', ['method'], cached),
    // Auth0's is synchronous, so it never rejects.
    change('api.user.setAppMetadata', ['value', 'method', 'throwing method']),
    change('event api api.user', ['value', 'throwing proxy']),
  ),
  { maxLength: 3 },
);

const consumer = fc.record({
  id: fc.oneof(often(text), fc.jsonValue()),
  metadata: fc.oneof(often(fc.constant({ user_id: OWNER })), fc.jsonValue()),
});
const responses = (...statuses) => {
  const response = fc.record({
    status: fc.oneof(
      often(fc.constantFrom(...statuses)),
      fc.constantFrom(401, 429, 503),
      fc.integer({ min: 200, max: 599 }),
    ),
    retryAfter: fc.oneof(
      fc.oneof(fc.double(), fc.integer()).map(String),
      fc.constantFrom('', '0.2', '1e999', 'Wed, 21 Oct 2037 07:28:00 GMT'),
      text,
    ),
    body: fc.oneof(
      often(consumer.map((value) => JSON.stringify(value)), 15),
      fc.oneof(fc.json(), text, fc.uint8Array()),
      fc.constantFrom('', JSON.stringify({ id: 'huge', note: 'x'.repeat(70_000) })),
    ),
    ending: fc.oneof(
      often(fc.constant('whole'), 15),
      fc.constantFrom('broken', 'refused', 'silent', 'stalled'),
    ),
  });
  return fc.array(response, { minLength: 1, maxLength: 4 });
};

/** All that makes a login, as plain data, so that a counterexample can be read. */
const plans = fc.record({
  tenant: fc.record({ id: text }),
  secrets: fc.record({ API_KEY: text }),
  user: fc.record({ user_id: text, email: text, name: fc.option(text) }),
  changes,
  responses: fc.record({ POST: responses(200, 201, 400, 409, 409), GET: responses(200) }),
});

const isOfKeys = ({ path }) => path.includes('/keys');
/** Tell whether an exchange tells the Action that Zuplo refuses what it sent. */
const isBadRequest = ({ response: { ending, status } }) =>
  status === 400 && ['whole', 'broken'].includes(ending);

/** A stand-in of undici's Agent with Zuplo behind it: gives the responses of a plan. */
class ZuploStandIn extends undici.Dispatcher {
  exchanges = [];

  constructor(planned) {
    super();
    this.planned = planned;
  }

  dispatch({ body, method, origin, path }, handler) {
    const count = this.exchanges.filter((exchange) => exchange.method === method).length;
    const response = { ...(this.planned[method][count] ?? this.planned[method].at(-1)) };
    const sent = body && !isOfKeys({ path }) ? JSON.parse(body) : this.exchanges[0].sent;
    const owner = () => JSON.stringify(sent.metadata.user_id);
    const isText = typeof response.body === 'string';
    const data = isText ? response.body.replace(`"${OWNER}"`, owner) : response.body;
    response.body = Buffer.from(data);
    this.exchanges.push({ method, origin, path, response, sent });
    setImmediate(() => give(response, handler));
    return true;
  }
}

/** Tell undici's handler what a connection would. */
function give({ body, ending, retryAfter, status }, handler) {
  let isOver = false;
  const abort = (error = new Error('aborted')) => {
    if (!isOver) handler.onError(error);
    isOver = true;
  };
  handler.onConnect(abort);
  if (ending === 'refused') abort();
  if (isOver || ending === 'silent') return;
  const headers = ['retry-after', retryAfter].map((word) => Buffer.from(word));
  handler.onHeaders(status, headers, () => {});
  const half = Math.ceil(body.length / 2);
  handler.onData(body.subarray(0, half));
  if (ending === 'broken') abort();
  if (isOver || ending === 'stalled') return;
  handler.onData(body.subarray(half));
  handler.onComplete([]);
  isOver = true;
}

/** The event and the api of a plan, and what the Action will have done to them. */
function environmentOf({ changes: planned, ...event }) {
  const [missed, written] = [[], []];
  const get = (target, key) => {
    if (!Object.hasOwn(target, key)) missed.push(String(key));
    return target[key];
  };
  const setAppMetadata = (...entry) => written.push(entry);
  const user = new Proxy({ setAppMetadata }, { get });
  const api = new Proxy({ cache: workingCache(), user }, { get });
  const environment = { event: loginOf(event), api, missed, written };
  // Longest first, since what holds a property may be changed, too.
  for (const { place, kind, value } of planned.toSorted(byLength)) {
    const keys = place.split('.');
    const last = keys.pop();
    const holder = keys.reduce((object, key) => object[key], environment);
    Object.defineProperty(holder, last, { configurable: true, ...KINDS[kind](value) });
  }
  return environment;
}

const byLength = (a, b) => b.place.length - a.place.length;

const zuplo = useZuplo();
const unhandled = [];
process.on('unhandledRejection', (error) => unhandled.push(error));
beforeEach(() => mock.method(Math, 'random', () => 0.5));

/** Let a planned login come to its end, in an instance and at a time of its own. */
async function run({ responses: planned, ...plan }) {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: NOW });
  zuplo.lines.length = 0;
  unhandled.length = 0;
  const standIn = new ZuploStandIn(planned);
  undici.Agent.mock.mockImplementation(function Agent() {
    return standIn;
  });
  const environment = environmentOf(plan);
  let end;
  load(CODE)
    .onExecutePostLogin(environment.event, environment.api)
    .then((value) => (end = { value }), (error) => (end = { error }));
  while (!end) {
    assert.ok(Date.now() < NOW + 1100, 'the login is not over soon after its deadline');
    await turn();
    mock.timers.tick(10);
  }
  await turn(); // By then it is known which rejections nobody handles.
  return { ...environment, end, exchanges: standIn.exchanges, lines: [...zuplo.lines] };
}

/** Check each of many logins, and that these met all of which the log can tell. */
async function always(seed, check) {
  const met = new Set();
  let asked = 0;
  const property = fc.asyncProperty(plans, async (plan) => {
    const login = await run(plan);
    check(login);
    const { done, failed, managers, skipped } = LINE.exec(login.lines[0])?.groups ?? {};
    met.add(done ?? failed ?? skipped);
    if (managers) met.add(managers);
    if (login.exchanges.length) asked += 1;
  });
  await fc.assert(property, { seed, numRuns: LOGINS });
  const words = [undefined, 'created', 'adopted', 'address', ...SKIPPED, ...FAILED];
  assert.deepEqual(met, new Set(words));
  assert.ok(asked > LOGINS / 2, `only ${asked} of ${LOGINS} logins asked Zuplo`);
}

test('a login goes on, in time and undisturbed', () =>
  always(1, ({ end, missed }) => {
    assert.deepEqual(end, { value: undefined });
    assert.deepEqual(unhandled, []);
    assert.deepEqual(missed, [], 'api.access and the like are not even looked at');
  }));

test('a log line has fixed words and figures only', () =>
  always(2, ({ exchanges, lines: [line, ...others] }) => {
    assert.deepEqual(others, []);
    if (line === undefined) return assert.deepEqual(exchanges, []);
    assert.match(line, LINE);
    assert.ok(line.length <= 256);
    const { attempts = 0, managers, status } = LINE.exec(line).groups;
    assert.equal(Number(attempts), exchanges.length);
    const statuses = exchanges.map(({ response }) => String(response.status));
    assert.ok([undefined, ...statuses].includes(status));
    if (managers) {
      const created = exchanges.filter((it) => it.method === 'POST' && !isOfKeys(it));
      assert.ok(isBadRequest(created.at(-2)));
      assert.ok([200, 201, 409].includes(created.at(-1).response.status));
    }
  }));

test('only the id of a consumer of this user is remembered, as Zuplo gave it', () =>
  always(3, ({ exchanges, written }) => {
    if (written.length === 0) return;
    const { method, response, sent } = exchanges.filter((it) => !isOfKeys(it)).at(-1);
    const { id, metadata } = JSON.parse(response.body);
    assert.ok(typeof id === 'string' && id !== '');
    assert.deepEqual(written, [['api_consumer', id]]);
    assert.ok([200, 201].includes(response.status) && response.ending === 'whole');
    if (method === 'GET') assert.equal(metadata.user_id, sent.metadata.user_id);
  }));

test('Zuplo is asked for portal users of a verified address only, and seldom', () =>
  always(4, ({ event, exchanges }) => {
    if (exchanges.length === 0) return;
    assert.equal(event.user.email_verified, true);
    assert.equal(event.client.client_id, 'portal');
    for (const id of [event.tenant.id, event.user.user_id]) assert.match(id, /./su);
    assert.ok(!EXCHANGES.includes(event.transaction?.protocol));
    assert.ok(!Object.hasOwn(event.user.app_metadata ?? {}, 'api_consumer'));
    const ofKeys = exchanges.filter(isOfKeys).map(({ method }) => method);
    assert.match(ofKeys.join(' '), /^(GET( GET){0,2}( POST)?)?$/);
    const others = exchanges.filter((it) => !isOfKeys(it));
    const methods = others.map(({ method }) => method);
    assert.match(methods.join(' '), /^POST( POST){0,3}( GET){0,3}$/);
    const posts = others.filter(({ method }) => method === 'POST');
    const fallback = posts.findIndex(isBadRequest) + 1;
    if (fallback) assert.ok(posts.length <= fallback + 1, 'one request more at most');
    else assert.ok(posts.length <= 3);
    if (ofKeys.length) {
      const isRepeated = posts.slice(0, -1).some((it) => !isBadRequest(it));
      assert.ok(isRepeated, 'a creation was repeated');
    }
    const { response } = posts.at(-1);
    if (methods.includes('GET')) assert.equal(response.status, 409);
  }));

test('what Zuplo is sent has the documented form', () =>
  always(5, ({ event, exchanges }) => {
    if (exchanges.length === 0) return;
    const { email, user_id: sub } = event.user;
    let manager = { email, sub };
    for (const exchange of exchanges) {
      const { method, origin, path, sent } = exchange;
      const { description, metadata, name, managers, ...others } = sent;
      if (isOfKeys({ path })) {
        assert.ok(path.startsWith(`${CONSUMERS}/${name}/keys`));
        continue;
      }
      const rest = method === 'GET' ? `/${name}` : '?with-api-key=true';
      assert.equal(origin + path, `https://zuplo.test${CONSUMERS}${rest}`);
      assert.match(name, /^c-[0-9a-f]{32}$/);
      assert.match(description, /^Portal user [^\p{C}\p{Zl}\p{Zp}]{0,100}$/u);
      assert.deepEqual(others, { tags: { source: 'auth0-login' } });
      if (method === 'POST') assert.deepEqual(managers, [manager]);
      if (method === 'POST' && isBadRequest(exchange)) manager = email;
      assert.ok(Buffer.byteLength(JSON.stringify(metadata)) <= 1000);
      const isHash = /^[0-9a-f]{64}$/.test(metadata.user_id);
      if (!isHash) assert.equal(metadata.user_id, event.user.user_id);
    }
  }));

test("a user's logins send one name, and no other user's logins send it", async () => {
  const unit = fc.constantFrom('"', ',', '\\', '|', 'a', '\ud83d', '\ufffd');
  const id = fc.string({ unit, minLength: 1, maxLength: 2 });
  const selector = (pair) => JSON.stringify(pair);
  const limits = { minLength: 50, maxLength: 60, selector };
  const created = { status: 200, retryAfter: '', body: '{"id":"csmr_1"}', ending: 'whole' };
  const nameOf = async (tenantId, userId, email) => {
    const event = { tenant: { id: tenantId }, user: { user_id: userId, email } };
    const { exchanges } = await run({ ...event, changes: [], responses: { POST: [created] } });
    return exchanges[0].sent.name;
  };
  const property = fc.asyncProperty(fc.uniqueArray(fc.tuple(id, id), limits), async (users) => {
    const names = new Set();
    for (const ids of users) {
      const name = await nameOf(...ids, 'ada@example.com');
      assert.equal(await nameOf(...ids, 'ada@example.org'), name);
      names.add(name);
    }
    assert.equal(names.size, users.length);
  });
  await fc.assert(property, { seed: 6, numRuns: 4 });
});
