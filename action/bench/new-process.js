/** Runs jobs in new processes, interleaved. */
const { execFile } = require('node:child_process');
const path = require('node:path');
const { promisify } = require('node:util');
const { loginOf } = require('../create-consumer/harness.js');
const { EMPTY, codeFor } = require('./action.js');

const run = promisify(execFile);
const PROGRAM = path.join(__dirname, 'instance.js');

/** What a new process can do; with `times` it does this more than once. */
exports.jobsFor = (url) => {
  const login = loginOf();
  const returning = loginOf({ user: { app_metadata: { api_consumer: 'csmr_1' } } });
  return {
    empty: { code: EMPTY, login },
    returning: { code: codeFor(url), login: returning },
    bare: { url },
    first: { code: codeFor(url), login, makesConsumer: true },
  };
};

/** @returns samples of `{ms, heapUsed, rss}` by the job's name */
exports.inNewProcesses = async (jobs, runs) => {
  const samples = Object.fromEntries(Object.keys(jobs).map((name) => [name, []]));
  for (let number = 0; number < runs; number += 1) {
    for (const [name, job] of Object.entries(jobs)) {
      const { stdout } = await run(process.execPath, [PROGRAM, JSON.stringify(job)]);
      samples[name].push(JSON.parse(stdout));
    }
  }
  return samples;
};
