/**
 * Gives a user of the developer portal their Zuplo API key consumer at their first login.
 *
 * Runs in Auth0's post-login trigger. Whatever Zuplo does, the login goes on: the Action
 * denies no login, and the user's next login tries again.
 */
const { setTimeout: pause } = require('node:timers/promises');

// --- settings: written by Pulumi from the stack's configuration ---
const settings = {
  zuploApiUrl: "https://dev.zuplo.com",
  zuploAccount: "example",
  zuploBucket: "zprj-example-development",
  portalClientIds: null,
  metadataKey: "api_consumer",
  consumerMetadata: {},
  loginTimeoutMs: 3000,
};
// --- end of settings ---

const ATTEMPTS = 3;
const RETRY_PAUSE_MS = 100;
const OUTAGE_PAUSE_MS = 30_000;
const KEEP_ALIVE_MS = 60_000;
const RESPONSE_LIMIT = 64 * 1024;
const TOKEN_EXCHANGES = ['oauth2-refresh-token', 'oauth2-token-exchange'];
const CONSUMERS_URL =
  `${settings.zuploApiUrl}/v1/accounts/${encodeURIComponent(settings.zuploAccount)}` +
  `/key-buckets/${encodeURIComponent(settings.zuploBucket)}/consumers`;

/**
 * @param {Event} event - the user who logs in and how
 * @param {PostLoginAPI} api - what the Action may change about the login
 */
exports.onExecutePostLogin = async (event, api) => {
  const login = { started: Date.now(), attempts: 0 };
  const cache = (method, ...values) => askCache(event, api, method, ...values);
  try {
    if (hasConsumer(event.user) || !isOfPortal(event.client)) return;
    const reason = reasonToSkip(event) ?? (isOutage(cache) ? 'outage' : undefined);
    if (reason) return log('skipped', { reason });
    const work = (signal) => findOrCreateConsumer(event, login, signal);
    const { outcome, id } = await watched(event, cache, () => inTime(login, work));
    api.user.setAppMetadata(settings.metadataKey, id);
    log(outcome, {}, login);
  } catch (error) {
    // Log only the reason of a Refusal: any other error may quote the request.
    const { reason = 'internal', status } = error instanceof Refusal ? error : {};
    log('failed', { reason, status }, login);
  }
};

function hasConsumer({ app_metadata: metadata }) {
  return Boolean(metadata && Object.hasOwn(metadata, settings.metadataKey));
}

function isOfPortal(client) {
  return settings.portalClientIds?.includes(client.client_id) ?? true;
}

/** @returns {string | undefined} why this login makes no consumer */
function reasonToSkip({ tenant, transaction, user }) {
  if (TOKEN_EXCHANGES.includes(transaction?.protocol)) return 'token_exchange';
  // Without one of the two ids, users would share a consumer.
  if (!isText(tenant?.id) || !isText(user.user_id)) return 'no_id';
  if (!isText(user.email)) return 'no_email';
  // Zuplo may show a consumer's keys to every owner of its manager's e-mail address.
  return user.email_verified === true ? undefined : 'email_not_verified';
}

function isText(value) {
  return typeof value === 'string' && value !== '';
}

/**
 * Create the user's consumer, or find the consumer that an earlier login, a simultaneous
 * login or an attempt with a lost response has created.
 *
 * @returns {Promise<{outcome: 'created' | 'adopted', id: string}>}
 * @throws {Refusal}
 */
async function findOrCreateConsumer({ secrets, tenant, user }, login, signal) {
  const name = consumerName(tenant.id, user.user_id);
  const headers = {
    authorization: `Bearer ${String(secrets.API_KEY).trim()}`,
    'content-type': 'application/json',
  };
  const ask = (method, path, body, attempts = ATTEMPTS) =>
    askZuplo(path, { method, headers, body, signal }, login, attempts);
  const create = (manager, attempts) => {
    const consumer = JSON.stringify(consumerOf(name, user, manager));
    return ask('POST', '?with-api-key=true', consumer, attempts);
  };
  const { created, isRepeated } = await createWithManager(user, login, create);
  if (created.status !== 409) return { outcome: 'created', id: idOf(created) };
  const found = await ask('GET', `/${name}`);
  const id = idOf(found);
  if (found.body.metadata?.user_id !== owner(user.user_id)) throw new Refusal('owner_mismatch');
  // An attempt of this login that stopped halfway may have left a consumer without key.
  if (isRepeated) await requireKey(`/${name}/keys`, ask);
  return { outcome: 'adopted', id };
}

/** What this instance knows of the managers that Zuplo accepts. */
const managerForm = { areAddresses: false, suspect: undefined };

/** Create the consumer for the user's subject, who keeps it if their address changes. */
async function createWithManager({ email, user_id: sub }, login, create) {
  const isKnown = managerForm.areAddresses;
  let created = await create(isKnown ? email : { email, sub });
  const isRepeated = login.attempts > 1;
  // Read literally, Zuplo's schema wants ids that only Zuplo knows. Its examples have none.
  const isRefused = !isKnown && created.status === 400;
  if (isRefused) created = await create(email, 1);
  if ((isKnown || isRefused) && [200, 201, 409].includes(created.status)) {
    login.managers = 'address';
    // Zuplo may refuse the subject of one user. With a second user, it refuses all.
    const { suspect = sub } = managerForm;
    if (suspect !== sub) managerForm.areAddresses = true;
    managerForm.suspect = sub;
  }
  return { created, isRepeated };
}

async function requireKey(path, ask) {
  const { body, status } = await ask('GET', `${path}?limit=1&key-format=none`);
  // Once, since each attempt whose response is lost may create a key.
  if (status === 200 && body?.data?.length === 0) idOf(await ask('POST', path, '{}', 1));
}

/** The same name at every login of a user, so that two first logins create one consumer. */
function consumerName(tenantId, userId) {
  return `c-${sha256(JSON.stringify([tenantId, userId])).slice(0, 32)}`;
}

function consumerOf(name, user, manager) {
  return {
    name,
    description: `Portal user ${visible(user.name) || visible(user.email)}`,
    managers: [manager],
    metadata: { ...settings.consumerMetadata, user_id: owner(user.user_id) },
    tags: { source: 'auth0-login' },
  };
}

/** The user's id, or its hash if it does not fit into the 300 bytes beside the settings. */
function owner(userId) {
  return Buffer.byteLength(JSON.stringify(userId)) <= 250 ? userId : sha256(userId);
}

/** Shorten a name for people to read, and remove control and direction characters. */
function visible(text) {
  if (!isText(text)) return '';
  return [...text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')].slice(0, 100).join('');
}

function sha256(text) {
  // Loaded here, so that the login of a returning user does not wait for it.
  return require('node:crypto').createHash('sha256').update(text).digest('hex');
}

function idOf({ body, status }) {
  if (status !== 200 && status !== 201) throw new Refusal('refused', status);
  if (!isText(body?.id)) throw new Refusal('invalid_response', status);
  return body.id;
}

/** Why there is no consumer, in a word of docs/login-log.md. */
class Refusal extends Error {
  constructor(reason, status) {
    super(reason);
    Object.assign(this, { reason, status });
  }
}

/**
 * Do the work, but stop at the deadline, even if the work still waits.
 *
 * @throws {Refusal} at the deadline; the result of later work is ignored
 */
async function inTime(login, work) {
  const deadline = new AbortController();
  const { promise: timeout, reject } = Promise.withResolvers();
  const giveUp = () => {
    reject(new Refusal('timeout'));
    deadline.abort();
  };
  const timer = setTimeout(giveUp, msLeft(login));
  try {
    return await Promise.race([work(deadline.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function msLeft({ started }) {
  return settings.loginTimeoutMs - (Date.now() - started);
}

/** Send a request. Repeat it while this may help and the deadline allows it. */
async function askZuplo(path, options, login, attempts) {
  for (let attempt = 1; ; attempt += 1) {
    options.signal.throwIfAborted();
    login.attempts += 1;
    const { body, retryAfterMs = 0, status } = await exchange(path, options);
    if (status && status !== 429 && status < 500) return { body, status };
    const wait = retryAfterMs + RETRY_PAUSE_MS * 2 ** attempt * Math.random();
    if (attempt === attempts || wait >= msLeft(login)) {
      throw new Refusal(status ? 'refused' : 'connection', status);
    }
    await pause(wait);
  }
}

/** Connections that wait for a request; each serves one login at a time. */
const idle = [];

/** @returns {{agent: Agent, socket?: Socket}} the socket, even before it is connected */
function newConnection() {
  const { Agent, buildConnector } = require('undici');
  const open = buildConnector({});
  const connect = (...how) => (connection.socket = open(...how));
  const options = { connect, connections: 1, keepAliveTimeout: KEEP_ALIVE_MS };
  const connection = { agent: new Agent(options) };
  return connection;
}

/** Send one request. The result has no status if the response is not complete. */
async function exchange(path, options) {
  // Loaded here, since most logins make no request.
  const { request } = require('undici');
  const connection = idle.pop() ?? newConnection();
  const { signal } = options;
  // undici ignores an abort until the connection is established. The idle connections
  // may be broken too.
  const cut = () => {
    for (const { socket } of [connection, ...idle.splice(0)]) socket?.destroy(signal.reason);
  };
  signal.addEventListener('abort', cut);
  try {
    const { agent: dispatcher } = connection;
    const response = await request(CONSUMERS_URL + path, { ...options, dispatcher });
    const { body, headers, statusCode: status } = response;
    if (status < 300) return { body: await read(body), status };
    await body.dump();
    return { retryAfterMs: retryAfter(headers['retry-after']), status };
  } catch {
    return {};
  } finally {
    signal.removeEventListener('abort', cut);
    if (!signal.aborted) idle.push(connection);
  }
}

/** @throws if the response is huge, in which case its rest is not read, or is not JSON */
async function read(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    text += chunk;
    if (text.length > RESPONSE_LIMIT) throw new RangeError('huge response');
  }
  return JSON.parse(text);
}

/** The milliseconds of a retry-after header, which contains seconds or a date. */
function retryAfter(header) {
  const inSeconds = Number(header) * 1000;
  const ms = Number.isNaN(inSeconds) ? Date.parse(header) - Date.now() : inSeconds;
  return ms > 0 ? ms : 0;
}

/** An outage of Zuplo, as this instance knows it. The cache shares it with the others. */
const outage = { until: 0, isProbed: false, suspect: undefined };

/** Tell whether this login skips Zuplo: for half a minute, then all logins except one. */
function isOutage(cache) {
  const now = Date.now();
  const { value } = (!outage.until && cache('get')) || {};
  const shared = isText(value) ? Number(value) : 0;
  if (shared > now - OUTAGE_PAUSE_MS) outage.until = Math.min(shared, now + OUTAGE_PAUSE_MS);
  return now < outage.until || outage.isProbed;
}

/** Do the work, and remember whether Zuplo has an outage. */
async function watched({ user }, cache, work) {
  outage.isProbed = outage.until > 0;
  try {
    const result = await work();
    end(cache);
    return result;
  } catch (error) {
    if (error instanceof Refusal) heed(error, user.user_id, cache);
    throw error;
  } finally {
    outage.isProbed = false;
  }
}

/** Tell an outage, which concerns all users, from a failure that concerns one user. */
function heed({ reason, status }, userId, cache) {
  if (reason === 'connection' || reason === 'timeout' || [401, 429].includes(status)) {
    begin(cache);
  } else if (status >= 500) {
    // A server may fail at the data of one user. With a second user, it is an outage.
    if (outage.suspect !== undefined && outage.suspect !== userId) begin(cache);
    outage.suspect = userId;
  } else {
    end(cache);
  }
}

function begin(cache) {
  outage.until = Date.now() + OUTAGE_PAUSE_MS;
  // The cache keeps it longer than the pause, so that a new instance also probes first.
  cache('set', String(outage.until), { ttl: 2 * OUTAGE_PAUSE_MS });
}

function end(cache) {
  outage.suspect = undefined;
  if (!outage.until) return;
  outage.until = 0;
  cache('delete');
}

/** Use the cache that all actions of the trigger share. It may lose or refuse a value. */
function askCache({ secrets }, api, method, ...values) {
  try {
    // The cache key depends on the API key, since another API key may work.
    const key = `zuplo-${sha256(CONSUMERS_URL + secrets.API_KEY).slice(0, 16)}`;
    const result = api.cache[method](key, ...values);
    // Auth0's methods are synchronous. A promise that rejects would end the process.
    Promise.resolve(result).catch(() => {});
    return result;
  } catch {
    return undefined;
  }
}

/** Log one line per login. It has fixed words and figures: no personal data, no key. */
function log(outcome, { reason, status }, login) {
  const { attempts, managers, started } = login ?? {};
  const figures = login && { managers, attempts, ms: Date.now() - started };
  const line = JSON.stringify({ zuplo_consumer: outcome, reason, status, ...figures });
  if (outcome === 'failed') console.error(line);
  else console.log(line);
}
