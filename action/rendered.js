/** The Action as it is deployed: rendered by the Python package, loaded as CommonJS. */
const { execFileSync } = require('node:child_process');
const Module = require('node:module');
const path = require('node:path');

const PYTHON = path.join(__dirname, '..', '.venv', 'bin', 'python');
const RENDER = `
import json, sys
from consumer_on_login.action import ActionSettings, render
sys.stdout.write(render(ActionSettings(**json.load(sys.stdin))))
`;

const SETTINGS = {
  zuplo_api_url: 'https://zuplo.test',
  zuplo_account: 'acme',
  zuplo_bucket: 'zprj-1-preview',
  portal_client_ids: ['portal'],
  metadata_key: 'api_consumer',
  consumer_metadata: { plan: 'free' },
  login_timeout_ms: 1000,
};

/** @returns {string} the code with these settings beside the defaults above */
exports.render = (changes = {}) =>
  execFileSync(PYTHON, ['-c', RENDER], {
    input: JSON.stringify({ ...SETTINGS, ...changes }),
    encoding: 'utf8',
  });

/** Load code as Auth0 does: once per instance, with its npm packages beside it. */
exports.load = (code) => {
  const instance = new Module(path.join(__dirname, 'rendered-code.js'));
  instance.paths = Module._nodeModulePaths(__dirname);
  instance._compile(code, instance.id);
  return instance.exports;
};
