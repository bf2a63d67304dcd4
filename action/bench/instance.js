/**
 * The program of a new process, which stands for a new instance of Auth0: works through
 * its job, then prints the milliseconds and the memory that this took.
 *
 * Loads next to nothing before, so that whatever the Action loads is part of the figures.
 */
const Module = require('node:module');
const { bare } = require('./bare.js');

const { code, login, makesConsumer, times = 1, url } = JSON.parse(process.argv[2]);
let consumers = 0;
const api = {
  cache: { get() {}, set() {}, delete() {} },
  user: { setAppMetadata: () => void (consumers += 1) },
};

function load() {
  const instance = new Module(`${__dirname}/rendered-code.js`);
  instance.paths = Module._nodeModulePaths(__dirname);
  instance._compile(code, instance.id);
  return instance.exports;
}

function logInWith(action, number) {
  const user = { ...login.user, user_id: `auth0|${number}` };
  return action.onExecutePostLogin({ ...login, user }, api);
}

async function logIn() {
  const action = load();
  await logInWith(action, 0);
  for (let number = 1; number < times; number += 1) {
    await new Promise(setImmediate);
    await logInWith(action, number);
  }
}

async function ask() {
  const undici = require('undici');
  const agent = await bare(url, undici);
  for (let number = 1; number < times; number += 1) {
    await new Promise(setImmediate);
    await bare(url, undici, agent);
  }
}

/** As with node --expose-gc, which makes Node's own modules load several times slower. */
function collectGarbage() {
  require('node:v8').setFlagsFromString('--expose-gc');
  require('node:vm').runInNewContext('gc')();
}

async function main() {
  console.log = console.error = () => {};
  const started = performance.now();
  await (code ? logIn() : ask());
  const ms = performance.now() - started;
  if (consumers !== (makesConsumer ? times : 0)) throw new Error(`${consumers} consumers`);
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  process.stdout.write(JSON.stringify({ ms, heapUsed, rss }), () => process.exit());
}

main();
