/** The Action as deployed, and what Auth0 hands to it. */
const { load, loginOf, render } = require('../create-consumer/harness.js');

exports.LOGIN_TIMEOUT_MS = 3000;
exports.EMPTY = 'exports.onExecutePostLogin = async () => {};';

/** @returns {string} the Action's code for a Zuplo at this address */
exports.codeFor = (url) =>
  render({ zuplo_api_url: url, login_timeout_ms: exports.LOGIN_TIMEOUT_MS });

exports.actionFor = (url) => load(exports.codeFor(url));

/** Another user for every number. */
exports.firstLoginOf = (number) => loginOf({ user: { user_id: `auth0|${number}` } });

/** An api object for one login, which tells what the Action did with it. */
exports.apiOf = (cache = { get() {}, set() {}, delete() {} }) => {
  const api = { cache, hasConsumer: false, isDenied: false };
  api.user = { setAppMetadata: () => void (api.hasConsumer = true) };
  api.access = { deny: () => void (api.isDenied = true) };
  return api;
};

/** Do this work while the Action's log is switched off. */
exports.silenced = async (work) => {
  const { error, log } = console;
  console.log = console.error = () => {};
  try {
    return await work();
  } finally {
    Object.assign(console, { error, log });
  }
};
