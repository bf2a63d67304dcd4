/** Connections that first logins need, in a row and far apart. */
const { setImmediate: nextTurn, setTimeout: pause } = require('node:timers/promises');
const undici = require('undici');
const { actionFor, apiOf, firstLoginOf } = require('./action.js');
const { bare } = require('./bare.js');
const { startZuplo } = require('./zuplo.js');

const IN_A_ROW = 20;
const APART = 4;
const PAUSE_MS = 6000;
/** Never closes a connection, and does not tell the client how long it keeps one. */
const SILENT = { keepAliveTimeout: 0 };

exports.measure = async () => {
  const [inARow, apart, silent, plain] = await Promise.all([
    count(firstLogins, IN_A_ROW, 0),
    count(firstLogins, APART, PAUSE_MS),
    count(firstLogins, APART, PAUSE_MS, SILENT),
    count(bareRequests, APART, PAUSE_MS, SILENT),
  ]);
  const far = `${APART} first logins, ${PAUSE_MS / 1000} s apart`;
  const most = 1;
  const unit = 'connection';
  return {
    title: 'Connections of one process; the bound is 1, with a request for each login',
    columns: ['requests', 'connect.'],
    rows: [
      [`${IN_A_ROW} first logins in a row`, ...inARow],
      [`${far}; the server says that it waits 75 s`, ...apart],
      [`${far}; the server waits and says nothing`, ...silent],
      [`${APART} bare POSTs with undici's own settings; the same server`, ...plain],
    ],
    targets: [
      { name: `${IN_A_ROW} first logins in a row`, figure: inARow[1], most, unit },
      { name: far, figure: Math.max(apart[1], silent[1]), most, unit },
    ],
  };
};

async function count(start, times, pauseMs, options) {
  const zuplo = await startZuplo(undefined, options);
  const work = start(zuplo.url);
  await work(0);
  for (let number = 1; number < times; number += 1) {
    // Auth0 hands over the next login in a later turn of the event loop, too.
    await (pauseMs ? pause(pauseMs) : nextTurn());
    await work(number);
  }
  await zuplo.stop();
  return [zuplo.requests, zuplo.connections];
}

function firstLogins(url) {
  const action = actionFor(url);
  return (number) => action.onExecutePostLogin(firstLoginOf(number), apiOf());
}

function bareRequests(url) {
  const agent = new undici.Agent();
  return () => bare(url, undici, agent);
}
