/** Seconds that an outage of Zuplo adds to first logins of one instance, in a row. */
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { once } = require('node:events');
const net = require('node:net');
const { load, workingCache } = require('../create-consumer/harness.js');
const { EMPTY, LOGIN_TIMEOUT_MS, actionFor, apiOf, firstLoginOf } = require('./action.js');
const { startZuplo, tooMany } = require('./zuplo.js');

const LOGINS = 30;
const BOUND_SECONDS = (LOGIN_TIMEOUT_MS + LOGINS) / 1000;
const NONE = 'an empty action';
const REQUEST = 'undici:request:create';

exports.measure = async () => {
  const hanging = await startZuplo(() => {});
  const closed = await startZuplo();
  await closed.stop();
  const storm = await startZuplo((response) => tooMany(response));
  const mute = net.createServer(() => {});
  await once(mute.listen(0, '127.0.0.1'), 'listening');
  const outages = {
    [NONE]: load(EMPTY),
    'Zuplo accepts and never responds': actionFor(hanging.url),
    'Zuplo accepts and stalls in TLS': actionFor(`https://127.0.0.1:${mute.address().port}`),
    'Zuplo refuses the connection': actionFor(closed.url),
    'Zuplo responds with 429 to all': actionFor(storm.url),
  };
  const rows = [];
  const targets = [];
  for (const [name, action] of Object.entries(outages)) {
    const { denied, requests, seconds } = await logInWith(action);
    rows.push([name, seconds.toFixed(3), denied, requests]);
    if (name !== NONE) targets.push(targetOf(name, seconds));
  }
  mute.close();
  await Promise.all([hanging.stop(), storm.stop()]);
  return {
    title:
      `Outage: ${LOGINS} first logins in a row, seconds added to all of them together; ` +
      `the bound is ${BOUND_SECONDS.toFixed(3)}`,
    columns: ['seconds', 'denied', 'requests'],
    rows,
    targets,
  };
};

function targetOf(name, seconds) {
  return { name: `outage, ${name}`, figure: seconds, most: BOUND_SECONDS, unit: 's' };
}

async function logInWith(action) {
  const cache = workingCache();
  const totals = { denied: 0, requests: 0, seconds: 0 };
  const count = () => (totals.requests += 1);
  subscribe(REQUEST, count);
  for (let number = 0; number < LOGINS; number += 1) {
    const api = apiOf(cache);
    const login = firstLoginOf(number);
    const started = performance.now();
    // An Action that throws denies the login, too.
    await action.onExecutePostLogin(login, api).catch(() => (api.isDenied = true));
    totals.seconds += (performance.now() - started) / 1000;
    if (api.isDenied) totals.denied += 1;
  }
  unsubscribe(REQUEST, count);
  return totals;
}
