/**
 * What the Action costs a login, beside what cannot be cheaper. `make bench` runs it.
 *
 * Cold: a new Node process per run, from before the code is loaded to the handler's end.
 * Warm: logins in one process, alternating with bare requests. Medians of interleaved
 * runs, all on loopback.
 */
const { execFile } = require('node:child_process');
const { once } = require('node:events');
const { createServer } = require('node:http');
const { promisify } = require('node:util');
const { load, loginOf, render } = require('./harness.js');

const COLD_RUNS = 30;
const WARM_RUNS = 300;
const run = promisify(execFile);

/** Sources of what a cold process does between its two looks at the clock. */
const COLD = {
  'empty action': 'await action(EMPTY, FIRST)',
  'returning user': 'await action(CODE, RETURNING)',
  'require undici and one bare POST': 'await bare(require("undici"))',
  'first login': 'await action(CODE, FIRST)',
};

const api = { cache: { get() {}, set() {}, delete() {} }, user: { setAppMetadata() {} } };

function coldScript(url, work) {
  const returning = loginOf({ user: { app_metadata: { api_consumer: 'csmr_1' } } });
  return `
    const Module = require('node:module');
    const EMPTY = 'exports.onExecutePostLogin = async () => {};';
    const CODE = ${JSON.stringify(render({ zuplo_api_url: url }))};
    const FIRST = ${JSON.stringify(loginOf())};
    const RETURNING = ${JSON.stringify(returning)};
    const api = { cache: { get() {}, set() {}, delete() {} }, user: { setAppMetadata() {} } };
    console.log = console.error = () => {};
    const action = (code, event) => {
      const instance = new Module(${JSON.stringify(`${__dirname}/action.js`)});
      instance.paths = Module._nodeModulePaths(${JSON.stringify(__dirname)});
      instance._compile(code, instance.id);
      return instance.exports.onExecutePostLogin(event, api);
    };
    const bare = ${bare};
    (async (url) => {
      const started = performance.now();
      ${work.replace('bare(', 'bare(url, ')};
      process.stdout.write(String(performance.now() - started));
      process.exit();
    })(${JSON.stringify(url)});`;
}

/** The least that a first login can do: one POST on a new or a given Agent. */
async function bare(url, undici, dispatcher = new undici.Agent()) {
  const { body } = await undici.request(`${url}/`, {
    method: 'POST',
    headers: { authorization: 'Bearer zpka_secret', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'c-0', managers: ['ada@example.com'] }),
    dispatcher,
  });
  JSON.parse(await body.text());
}

async function cold(url) {
  const times = new Map(Object.keys(COLD).map((name) => [name, []]));
  for (let number = 0; number < COLD_RUNS; number += 1) {
    for (const [name, work] of Object.entries(COLD)) {
      const script = coldScript(url, work);
      const { stdout } = await run(process.execPath, ['-e', script], { cwd: __dirname });
      times.get(name).push(Number(stdout));
    }
  }
  return times;
}

async function warm(url) {
  const undici = require('undici');
  const dispatcher = new undici.Agent({ keepAliveTimeout: 60_000 });
  const action = load(render({ zuplo_api_url: url }));
  const times = new Map([['bare POST on a warm Agent', []], ['first login', []]]);
  const { log } = console;
  console.log = () => {};
  for (let number = 0; number < WARM_RUNS; number += 1) {
    const before = performance.now();
    await bare(url, undici, dispatcher);
    const between = performance.now();
    await action.onExecutePostLogin(loginOf({ user: { user_id: `u|${number}` } }), api);
    const after = performance.now();
    times.get('bare POST on a warm Agent').push(between - before);
    times.get('first login').push(after - between);
  }
  console.log = log;
  await dispatcher.close();
  return times;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function print(title, times) {
  console.log(`\n${title}`);
  for (const [name, samples] of times) {
    console.log(`  ${median(samples).toFixed(2).padStart(8)} ms  ${name}`);
  }
}

async function main() {
  const connections = new Set();
  const server = createServer((request, response) => {
    connections.add(request.socket);
    request.resume().on('end', () => response.end('{"id":"csmr_1"}'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;

  const { version } = require('undici/package.json');
  console.log(`Node ${process.version}, undici ${version}; medians.`);
  print(`Cold, ${COLD_RUNS} processes each`, await cold(url));
  connections.clear();
  print(`Warm, ${WARM_RUNS} each`, await warm(url));
  console.log(`\n${connections.size - 1} connection for ${WARM_RUNS} first logins in a row`);
  server.closeAllConnections();
  server.close();
  // The Action's own Agent keeps its connection; nothing closes it in Auth0 either.
  process.exit();
}

main();
