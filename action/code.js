/**
 * Gives a user of the developer portal her Zuplo API key consumer at her first login.
 *
 * Runs in Auth0's post-login trigger. Whatever Zuplo does, the login goes on: she is
 * not denied because of us, and her next login tries again.
 */
const { createHash } = require('node:crypto');
const { setImmediate: nextTurn, setTimeout: pause } = require('node:timers/promises');

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
const ANSWER_LIMIT_BYTES = 64 * 1024;
const TOKEN_EXCHANGES = ['oauth2-refresh-token', 'oauth2-token-exchange'];

/**
 * @param {Event} event - the user who logs in and how
 * @param {PostLoginAPI} api - what the Action may change about the login
 */
exports.onExecutePostLogin = async (event, api) => {
  const login = { started: Date.now(), attempts: 0 };
  try {
    if (hasConsumer(event.user) || !isOfPortal(event.client)) return;
    const reason = reasonToSkip(event) ?? (isOutage(api) ? 'outage' : undefined);
    if (reason) return log('skipped', { reason });
    const { outcome, id } = await heeded(api, () => findOrCreateConsumer(event, login));
    api.user.setAppMetadata(settings.metadataKey, id);
    log(outcome, {}, login);
  } catch (error) {
    // Only what a refusal of ours says: any other error may quote the request.
    const { reason = 'internal', status } = error instanceof Refusal ? error : {};
    log('failed', { reason, status }, login);
  }
};

function hasConsumer({ app_metadata: metadata }) {
  return Boolean(metadata && Object.hasOwn(metadata, settings.metadataKey));
}

function isOfPortal(client) {
  const { portalClientIds } = settings;
  return !portalClientIds || portalClientIds.includes(client.client_id);
}

/** @returns {string | undefined} why this login makes no consumer */
function reasonToSkip({ tenant, transaction, user }) {
  if (TOKEN_EXCHANGES.includes(transaction?.protocol)) return 'token_exchange';
  // Without either, users would share a consumer.
  if (!isText(tenant?.id) || !isText(user.user_id)) return 'no_id';
  if (!isText(user.email)) return 'no_email';
  // Zuplo shows a consumer's keys to whoever holds its manager's e-mail.
  return user.email_verified === true ? undefined : 'email_not_verified';
}

function isText(value) {
  return typeof value === 'string' && value !== '';
}

/**
 * Create the user's consumer, or find the one that an earlier or simultaneous login, or
 * an attempt whose answer was lost, has made.
 *
 * @returns {Promise<{outcome: 'created' | 'adopted', id: string}>}
 * @throws {Refusal}
 */
async function findOrCreateConsumer({ secrets, tenant, user }, login) {
  const name = consumerName(tenant.id, user.user_id);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), settings.loginTimeoutMs);
  const ask = (method, path, body) => {
    const key = String(secrets.API_KEY).trim();
    return askZuplo({ method, path, body, key, signal: deadline.signal }, login);
  };
  try {
    const created = await ask('POST', '?with-api-key=true', consumerBody(name, user));
    if (created.status !== 409) return { outcome: 'created', id: idOf(created) };
    await nextTurn(); // Until then undici holds the connection for busy.
    const found = await ask('GET', `/${name}`);
    const id = idOf(found);
    if (found.body.metadata?.user_id !== owner(user.user_id)) throw new Refusal('not_hers');
    return { outcome: 'adopted', id };
  } finally {
    clearTimeout(timer);
  }
}

/** The same for every login of a user, so that two first logins make one consumer. */
function consumerName(tenantId, userId) {
  return `c-${sha256(JSON.stringify([tenantId, userId])).slice(0, 32)}`;
}

function consumerBody(name, user) {
  return {
    name,
    description: `Portal user ${visible(user.name) || visible(user.email)}`,
    managers: [user.email],
    metadata: { ...settings.consumerMetadata, user_id: owner(user.user_id) },
    tags: { source: 'auth0-login' },
  };
}

/** A user id that fits into the 300 bytes which the settings leave of Zuplo's 1 kB. */
function owner(userId) {
  return Buffer.byteLength(JSON.stringify(userId)) <= 250 ? userId : sha256(userId);
}

/** Cut a name for people to read, without control and direction characters. */
function visible(text) {
  if (!isText(text)) return '';
  return [...text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')].slice(0, 100).join('');
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** What came instead of a consumer. */
class Refusal extends Error {
  constructor(reason, status) {
    super(reason);
    Object.assign(this, { reason, status });
    /** Will the next login meet the same? One user's bad data (400) is no outage. */
    this.isOutage =
      ['connection', 'timeout'].includes(reason) ||
      [401, 403, 429].includes(status) ||
      status >= 500;
  }
}

function idOf({ body, status }) {
  if (status !== 200 && status !== 201) throw new Refusal('refused', status);
  if (typeof body?.id !== 'string' || !body.id) throw new Refusal('answer', status);
  return body.id;
}

/** Ask, and again while that may help and the deadline allows it. */
async function askZuplo(question, login) {
  for (let attempt = 1; ; attempt += 1) {
    login.attempts += 1;
    const { body, retryAfterMs, status } = await exchange(question);
    if (status && status !== 429 && status < 500) return { body, status };
    const wait = retryAfterMs + RETRY_PAUSE_MS * 2 ** attempt * Math.random();
    const left = settings.loginTimeoutMs - (Date.now() - login.started);
    if (question.signal.aborted) throw new Refusal('timeout', status);
    if (attempt === ATTEMPTS || wait >= left) {
      throw new Refusal(status ? 'refused' : 'connection', status);
    }
    await pause(wait);
  }
}

/** Make one request; without a status in the end if there was no whole answer. */
async function exchange({ method, path, body, key, signal }) {
  const { zuploApiUrl, zuploAccount, zuploBucket } = settings;
  // Loaded here, since most logins make no request.
  const { Agent, request } = require('undici');
  agent ??= new Agent({ keepAliveTimeout: KEEP_ALIVE_MS });
  try {
    const { body: stream, headers, statusCode } = await request(
      `${zuploApiUrl}/v1/accounts/${encodeURIComponent(zuploAccount)}/key-buckets/` +
        `${encodeURIComponent(zuploBucket)}/consumers${path}`,
      {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
        dispatcher: agent,
        signal,
      },
    );
    const text = await read(stream).catch((error) => {
      if (statusCode < 300) throw error;
      return '';
    });
    const seconds = Number.parseFloat(headers['retry-after']);
    return {
      body: statusCode < 300 ? parsed(text) : undefined,
      retryAfterMs: seconds > 0 ? seconds * 1000 : 0,
      status: statusCode,
    };
  } catch {
    return { retryAfterMs: 0 };
  }
}

/** One per instance, so that logins far apart share a connection. */
let agent;

/** Read an answer; a huge one is none, and is not read to its end. */
async function read(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    text += chunk;
    if (text.length > ANSWER_LIMIT_BYTES) return '';
  }
  return text;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Zuplo's trouble, as this instance knows it and tells the others by the cache. */
const outage = { until: 0, isProbed: false };

/** Tell whether logins pass at once: for half a minute, then all but one at a time. */
function isOutage(api) {
  const now = Date.now();
  const { value } = (!outage.until && cache(api, 'get')) || {};
  const told = isText(value) ? Number(value) : 0;
  if (told > now) outage.until = Math.min(told, now + OUTAGE_PAUSE_MS);
  return now < outage.until || outage.isProbed;
}

/** Do the work and remember whether Zuplo is in trouble. */
async function heeded(api, work) {
  outage.isProbed = outage.until > 0;
  try {
    const result = await work();
    endOutage(api);
    return result;
  } catch (error) {
    if (error.isOutage) beginOutage(api);
    else if (error instanceof Refusal) endOutage(api);
    throw error;
  } finally {
    outage.isProbed = false;
  }
}

function beginOutage(api) {
  outage.until = Date.now() + OUTAGE_PAUSE_MS;
  cache(api, 'set', String(outage.until), { ttl: OUTAGE_PAUSE_MS });
}

function endOutage(api) {
  if (outage.until) cache(api, 'delete');
  outage.until = 0;
}

/** Use the cache that all actions of the trigger share; it may lose or refuse anything. */
function cache(api, method, ...values) {
  const { zuploApiUrl, zuploAccount, zuploBucket } = settings;
  const key = sha256(JSON.stringify([zuploApiUrl, zuploAccount, zuploBucket]));
  try {
    const answer = api.cache[method](`zuplo-${key.slice(0, 16)}`, ...values);
    // Auth0's methods are synchronous; a promise that rejects would end the process.
    Promise.resolve(answer).catch(() => {});
    return answer;
  } catch {
    return undefined;
  }
}

/** One line per login, of fixed words and figures: nothing personal, no key. */
function log(outcome, { reason, status }, login) {
  const figures = login && { attempts: login.attempts, ms: Date.now() - login.started };
  const line = JSON.stringify({ zuplo_consumer: outcome, reason, status, ...figures });
  if (outcome === 'failed') console.error(line);
  else console.log(line);
}
