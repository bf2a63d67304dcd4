/**
 * The Action as it is deployed, rendered by the Python package and loaded as CommonJS,
 * with stand-ins of what is around it at a login.
 */
const { execFileSync } = require('node:child_process');
const Module = require('node:module');
const { afterEach, beforeEach, mock } = require('node:test');
const path = require('node:path');
const undici = require('undici');
const manifest = require('./manifest.json');

const ROOT = path.join(__dirname, '..', '..');
const PYTHON = path.join(ROOT, '.venv', 'bin', 'python');
exports.PYTHON = PYTHON;
const PACKAGE = path.join(ROOT, 'components', 'consumer_on_login');
// Without the package's own __init__, which loads Pulumi, for a second.
const RENDER = `
import json, sys, types
package = sys.modules["consumer_on_login"] = types.ModuleType("consumer_on_login")
package.__path__ = [sys.argv[1]]
from consumer_on_login.action_code.rendering import render
from consumer_on_login.settings.settings import Settings
sys.stdout.write(render(Settings(**json.load(sys.stdin))))
`;

const SETTINGS = {
  zuplo_api_url: 'https://zuplo.test',
  zuplo_account: 'acme',
  zuplo_bucket: 'zprj-1-preview',
  zuplo_api_key: 'zpka_secret',
  portal_client_ids: ['portal'],
  consumer_metadata: { plan: 'free' },
  login_timeout_ms: 1000,
};

const CONSUMERS = '/v1/accounts/acme/key-buckets/zprj-1-preview/consumers';
exports.CONSUMERS = CONSUMERS;
const CREATE = `${CONSUMERS}?with-api-key=true`;

// SHA-256 over JSON.stringify(["tenant", "auth0|ada"]): users' consumers bear this name
// for good, so it may never change.
exports.ADAS_NAME = 'c-6615424ccc212144cdd742dbc2a5eff8';

const rendered = new Map();

/** @returns {string} the code with these settings beside the defaults above */
exports.render = (changes = {}) => {
  const input = JSON.stringify({ ...SETTINGS, ...changes });
  if (!rendered.has(input)) {
    const options = { input, encoding: 'utf8' };
    rendered.set(input, execFileSync(PYTHON, ['-c', RENDER, PACKAGE], options));
  }
  return rendered.get(input);
};

/** Load code as Auth0 does: once per instance, with its npm packages beside it. */
exports.load = (code) => {
  const instance = new Module(path.join(__dirname, 'rendered-code.js'));
  instance.paths = Module._nodeModulePaths(__dirname);
  instance._compile(code, instance.id);
  return instance.exports;
};

const CODE = exports.render();

/** A first login of a portal user, changed as wanted. */
exports.loginOf = ({ user, ...changes } = {}) => ({
  tenant: { id: 'tenant' },
  client: { client_id: 'portal' },
  secrets: { [manifest.secret]: 'zpka_secret' },
  transaction: { protocol: 'oidc-basic-profile', metadata: {} },
  user: {
    user_id: 'auth0|ada',
    email: 'ada@example.com',
    email_verified: true,
    app_metadata: {},
    ...user,
  },
  ...changes,
});

/** A stand-in of api.cache that holds what it is given. */
exports.workingCache = () => {
  const entries = new Map();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => void entries.set(key, { value }),
    delete: (key) => void entries.delete(key),
  };
};

/** Run one login; gives what it wrote into app_metadata. */
exports.logIn = async (
  event = exports.loginOf(),
  { action = exports.load(CODE), cache = exports.workingCache() } = {},
) => {
  const written = {};
  const setAppMetadata = (key, value) => {
    written[key] = value;
  };
  await action.onExecutePostLogin(event, { cache, user: { setAppMetadata } });
  return written;
};

/** Intercepts what the Action sends and logs, for each test of a file anew. */
exports.useZuplo = () => {
  const zuplo = { requests: [], lines: [] };

  beforeEach(() => {
    zuplo.agent = new undici.MockAgent();
    zuplo.agent.disableNetConnect();
    zuplo.requests.length = 0;
    zuplo.lines.length = 0;
    // The Action makes an Agent of its own, one per instance.
    mock.method(undici, 'Agent', function Agent() {
      return zuplo.agent;
    });
    for (const level of ['log', 'info', 'warn', 'error']) {
      mock.method(console, level, (...words) => zuplo.lines.push(words.join(' ')));
    }
  });

  afterEach(async () => {
    mock.reset();
    zuplo.agent.assertNoPendingInterceptors();
    await zuplo.agent.close();
  });

  const intercept = (method, path) =>
    zuplo.agent.get('https://zuplo.test').intercept({ method, path });
  const respond = (method, path, status, data = '', headers = {}) =>
    intercept(method, path).reply((request) => {
      zuplo.requests.push(request);
      return { statusCode: status, data, responseOptions: { headers } };
    });

  zuplo.respondToCreate = (...reply) => respond('POST', CREATE, ...reply);
  const adas = `${CONSUMERS}/${exports.ADAS_NAME}`;
  zuplo.respondToRead = (...reply) => respond('GET', adas, ...reply);
  zuplo.respondToKeys = (...reply) =>
    respond('GET', `${adas}/keys?limit=1&key-format=none`, ...reply);
  zuplo.respondToCreateKey = (...reply) => respond('POST', `${adas}/keys`, ...reply);
  zuplo.breakConnection = (message = 'socket hang up') =>
    intercept('POST', CREATE).replyWithError(new Error(message));
  return zuplo;
};
