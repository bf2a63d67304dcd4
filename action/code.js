/**
 * Gives a user of the developer portal her Zuplo API key consumer at her first login.
 *
 * Runs in Auth0's post-login trigger. Whatever Zuplo does, the login goes on: she is
 * not denied because of us, and her next login tries again.
 */
const { createHash } = require('node:crypto');
const { request } = require('undici');

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

/**
 * @param {Event} event - the user who logs in and how
 * @param {PostLoginAPI} api - what the Action may change about the login
 */
exports.onExecutePostLogin = async (event, api) => {
  try {
    if (!concerns(event)) return;
    const id = await findOrCreateConsumer(event);
    if (id) api.user.setAppMetadata(settings.metadataKey, id);
  } catch (error) {
    // Only the name: a message may quote the request, and with it the key.
    log('failed', error?.name);
  }
};

/** Tell whether this login is a portal user's who still lacks a consumer. */
function concerns({ client, user }) {
  const { metadataKey, portalClientIds } = settings;
  if (user.app_metadata && Object.hasOwn(user.app_metadata, metadataKey)) return false;
  if (portalClientIds && !portalClientIds.includes(client.client_id)) return false;
  // Zuplo shows a consumer's keys to whoever holds its manager's e-mail.
  return Boolean(user.email) && user.email_verified === true;
}

/**
 * Create the user's consumer, or find the one an earlier or simultaneous login made.
 *
 * @returns {Promise<string | null>} its id, or null when there is none to record
 */
async function findOrCreateConsumer({ tenant, user, secrets }) {
  const name = consumerName(tenant.id, user.user_id);
  const send = zuploApi(secrets.API_KEY, AbortSignal.timeout(settings.loginTimeoutMs));

  let answer = await send('POST', '?with-api-key=true', consumerBody(name, user));
  const taken = answer.status === 409;
  if (taken) answer = await send('GET', `/${name}`);

  const { status, body } = answer;
  if ((status !== 200 && status !== 201) || typeof body?.id !== 'string') {
    log('failed', status);
    return null;
  }
  if (taken && body.metadata?.user_id !== user.user_id) {
    log('failed', 'name taken');
    return null;
  }
  log(taken ? 'adopted' : 'created', status);
  return body.id;
}

/** The same for every login of a user, so that two first logins make one consumer. */
function consumerName(tenantId, userId) {
  const hash = createHash('sha256').update(JSON.stringify([tenantId, userId]));
  return `c-${hash.digest('hex').slice(0, 32)}`;
}

function consumerBody(name, user) {
  return {
    name,
    description: `Portal user ${user.user_id}`,
    managers: [user.email],
    metadata: { ...settings.consumerMetadata, user_id: user.user_id },
  };
}

/** Bind key and deadline to requests for the bucket's consumers. */
function zuploApi(apiKey, signal) {
  const { zuploApiUrl, zuploAccount, zuploBucket } = settings;
  const consumers =
    `${zuploApiUrl}/v1/accounts/${encodeURIComponent(zuploAccount)}` +
    `/key-buckets/${encodeURIComponent(zuploBucket)}/consumers`;

  return async (method, path, body) => {
    const { statusCode, body: answer } = await request(consumers + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
      signal,
    });
    const text = await answer.text();
    return { status: statusCode, body: statusCode < 300 ? JSON.parse(text) : null };
  };
}

/** One line per outcome, without anything personal. */
function log(outcome, detail) {
  console.log(`zuplo-consumer ${outcome}: ${detail}`);
}
