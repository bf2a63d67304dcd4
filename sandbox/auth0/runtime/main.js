/**
 * One instance of an Action in the STAND-IN for Auth0: loads the code once and runs
 * its handlers, several at a time.
 *
 * Talks in lines of JSON over file descriptor 0, a socket in both directions; stdout
 * and stderr lead nowhere, so nothing an Action prints can disturb the talk. Ends when
 * the socket closes. A second socket, named by the first argument, serves api.cache:
 * its methods are synchronous, so this process blocks until Python responds.
 *
 * Not imitated: the limit on kept console output, and console methods that are not
 * a level (table, dir, ...), which print nowhere.
 */
const { AsyncLocalStorage } = require('node:async_hooks');
const fs = require('node:fs');
const Module = require('node:module');
const net = require('node:net');
const path = require('node:path');
const readline = require('node:readline');
const util = require('node:util');

const { createApi } = require('./api.js');

const LEVELS = ['debug', 'error', 'info', 'log', 'trace', 'warn'];
const ACTION_FOLDER = '/data/io'; // what the recorded stack of a real Action shows
const CACHE_SOCKET = Number(process.argv[2]);

const channel = new net.Socket({ fd: 0 });
const current = new AsyncLocalStorage();
const unfinished = new Set();
let program;
let loaded;

readline.createInterface({ input: channel }).on('line', (line) => {
  const message = JSON.parse(line);
  program ??= message.program; // comes with the first execution
  current.run({ id: message.id }, execute, message);
});
channel.on('close', () => process.exit());

// An error outside of every handler ends the instance and all that runs in it.
process.on('uncaughtException', (error) => {
  for (const execution of unfinished) finish(execution, describe(error));
  channel.end(() => process.exit(1));
});

for (const level of LEVELS) {
  console[level] = (...values) => {
    note(current.getStore(), { log: { level, message: util.format(...values) } });
  };
}

async function execute({ handler, event }) {
  const execution = current.getStore();
  execution.startedAt = performance.now();
  unfinished.add(execution);
  const api = createApi({
    record: (method, args) => note(execution, { call: { method, arguments: args } }),
    askCache,
  });
  try {
    loaded ??= load(program);
    if (typeof loaded[handler] !== 'function') {
      throw new TypeError(`exports.${handler} is not a function`);
    }
    await loaded[handler](event, api);
    finish(execution, null);
  } catch (error) {
    finish(execution, describe(error));
  }
}

/** Load as CommonJS with the modules of the build, and no others, in reach. */
function load({ code, folder }) {
  const filename = path.join(folder ?? ACTION_FOLDER, 'action.js');
  const module = new Module(filename);
  module.filename = filename;
  module.paths = [path.join(path.dirname(filename), 'node_modules')];
  module._compile(code, filename);
  return module.exports;
}

function finish(execution, error) {
  const milliseconds = performance.now() - execution.startedAt;
  unfinished.delete(execution);
  note(execution, { done: { error, milliseconds } });
}

/** Tell Python what an execution does; it does not care for what follows the end. */
function note(execution, news) {
  if (!execution) return;
  channel.write(`${JSON.stringify({ id: execution.id, ...news }, wellFormed)}\n`);
}

/** A text cut within an emoji cannot be written as UTF-8 (that Auth0 fixes it: inferred). */
function wellFormed(_key, value) {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function describe(error) {
  if (!(error instanceof Error)) return { name: 'Error', message: util.inspect(error) };
  const { name, message, stack } = error;
  return { name: String(name), message: String(message), stack: tidy(String(stack)) };
}

/** Leave out this runtime, and where on this machine the Action lies. */
function tidy(stack) {
  const lines = stack.split('\n').filter((line) => !line.includes(__dirname));
  return lines.join('\n').replaceAll(program.folder ?? ACTION_FOLDER, ACTION_FOLDER);
}

function askCache(method, args) {
  fs.writeSync(CACHE_SOCKET, `${JSON.stringify({ method, arguments: args })}\n`);
  const piece = Buffer.alloc(65536);
  let response = '';
  while (!response.endsWith('\n')) {
    const length = fs.readSync(CACHE_SOCKET, piece);
    if (length === 0) process.exit();
    response += piece.toString('utf8', 0, length);
  }
  return JSON.parse(response) ?? undefined;
}
