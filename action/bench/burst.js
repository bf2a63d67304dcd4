/**
 * More first logins than Zuplo's limit allows: how many users get their consumer at
 * their first and at their second login. Paced in real time.
 */
const { setTimeout: pause } = require('node:timers/promises');
const { load, workingCache } = require('../create-consumer/harness.js');
const { apiOf, codeFor, firstLoginOf } = require('./action.js');
const { created, startZuplo, tooMany } = require('./zuplo.js');

const LIMIT_PER_SECOND = 100;
const LOGINS_PER_SECOND = 200;
const USERS = 2000;
const INSTANCES = 5;
/** Longer than logins pass at once after a failure. */
const BACK_AFTER_MS = 31_000;
/** Between the starts of two runs; the first half second of each is the busiest. */
const STAGGER_MS = 2000;

const RUNS = {
  'the Action without retries': { change: withoutRetries },
  'with retries; Zuplo sends no retry-after': {},
  'with retries; Zuplo sends retry-after: 1': { headers: { 'retry-after': '1' } },
  'with retries; Zuplo sends retry-after: 60': { headers: { 'retry-after': '60' } },
  'with retries; Zuplo counts what it refused, too': { countsRefused: true },
};

exports.measure = async () => {
  const measured = await Promise.all(
    Object.entries(RUNS).map(async ([name, run], place) => {
      await pause(place * STAGGER_MS);
      return [name, ...(await simulate(run))];
    }),
  );
  const rows = [['best: nobody waits, nothing is refused', ...best(), '0.0'], ...measured];
  return {
    title:
      `Burst: first logins of ${USERS} users, ${LOGINS_PER_SECOND} a second on ` +
      `${INSTANCES} instances; Zuplo allows\n${LIMIT_PER_SECOND} requests a second. Who ` +
      `has no consumer comes again ${BACK_AFTER_MS / 1000} s after the burst,\nat the ` +
      `same pace. Users by the login that made their consumer; requests, refusals\n` +
      'among them, seconds of the longest login',
    columns: ['1st', '2nd', 'neither', 'requests', 'refused', 'longest'],
    rows,
  };
};

/** What the limit allows, if no login waits. */
function best() {
  const share = LIMIT_PER_SECOND / LOGINS_PER_SECOND;
  const first = USERS * share;
  const second = (USERS - first) * share;
  return [first, second, USERS - first - second, first + second, 0];
}

async function simulate({ headers, countsRefused = false, change = (code) => code }) {
  const isAllowed = slidingLimit(countsRefused);
  let refusals = 0;
  const zuplo = await startZuplo((response) => {
    if (isAllowed()) return created(response);
    refusals += 1;
    tooMany(response, headers);
  });
  const code = change(codeFor(zuplo.url));
  const instances = Array.from({ length: INSTANCES }, () => load(code));
  const world = { instances, cache: workingCache(), longestMs: 0 };

  const everybody = Array.from({ length: USERS }, (_, number) => number);
  const without = await logInAll(everybody, world);
  await pause(BACK_AFTER_MS);
  const still = await logInAll(without, world);
  await zuplo.stop();
  const [first, second] = [USERS - without.length, without.length - still.length];
  const seconds = (world.longestMs / 1000).toFixed(1);
  return [first, second, still.length, zuplo.requests, refusals, seconds];
}

/** Zuplo's sliding window: so many requests in whatever second. */
function slidingLimit(countsRefused) {
  const counted = [];
  return () => {
    const now = performance.now();
    while (counted[0] <= now - 1000) counted.shift();
    const isAllowed = counted.length < LIMIT_PER_SECOND;
    if (isAllowed || countsRefused) counted.push(now);
    return isAllowed;
  };
}

/** Log these users in at an even pace; gives those who got no consumer. */
async function logInAll(users, world) {
  const started = performance.now();
  const logins = [];
  for (const [place, user] of users.entries()) {
    const early = started + (place * 1000) / LOGINS_PER_SECOND - performance.now();
    if (early > 0) await pause(early);
    logins.push(logIn(user, world.instances[place % INSTANCES], world));
  }
  const gotOne = await Promise.all(logins);
  return users.filter((_, place) => !gotOne[place]);
}

async function logIn(user, instance, world) {
  const api = apiOf(world.cache);
  const started = performance.now();
  await instance.onExecutePostLogin(firstLoginOf(user), api);
  world.longestMs = Math.max(world.longestMs, performance.now() - started);
  return api.hasConsumer;
}

function withoutRetries(code) {
  const constant = 'const ATTEMPTS = 3;';
  if (!code.includes(constant)) throw new Error(`code.js has no "${constant}"`);
  return code.replace(constant, 'const ATTEMPTS = 1;');
}
