/** Warm: first logins in one process, alternating with bare requests. */
const undici = require('undici');
const { actionFor, apiOf, firstLoginOf } = require('./action.js');
const { bare } = require('./bare.js');
const { median } = require('./figures.js');
const { startZuplo } = require('./zuplo.js');

const RUNS = 300;

exports.measure = async () => {
  const zuplo = await startZuplo();
  const action = actionFor(zuplo.url);
  const agent = new undici.Agent();
  const bareTimes = [];
  const loginTimes = [];
  for (let number = 0; number < RUNS; number += 1) {
    const api = apiOf();
    const login = firstLoginOf(number);
    bareTimes.push(await timed(() => bare(zuplo.url, undici, agent)));
    loginTimes.push(await timed(() => action.onExecutePostLogin(login, api)));
    if (!api.hasConsumer) throw new Error('a first login made no consumer');
  }
  await zuplo.stop();
  const bound = median(bareTimes);
  const figure = median(loginTimes);
  return {
    title: `Warm: one process, medians of ${RUNS}`,
    columns: ['ms'],
    rows: [
      ['bare POST on a warm Agent: the bound of the next', bound.toFixed(2)],
      ['first login', figure.toFixed(2)],
    ],
    targets: [{ name: 'warm, first login', figure, most: 1.25 * bound + 0.3, unit: 'ms' }],
  };
};

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
