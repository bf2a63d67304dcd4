/** Memory of a new process after its logins, when the garbage is collected. */
const { median } = require('./figures.js');
const { inNewProcesses, jobsFor } = require('./new-process.js');
const { startZuplo } = require('./zuplo.js');

const RUNS = 5;
const MANY = 1000;

exports.measure = async () => {
  const zuplo = await startZuplo();
  const { empty, returning, bare, first } = jobsFor(zuplo.url);
  const jobs = {
    'empty action: the bound of the next': empty,
    'one returning user': returning,
    'require undici and one bare POST: the bound of the next': bare,
    'one first login': first,
    [`require undici and ${MANY} bare POSTs: the bound of the next`]: {
      ...bare,
      times: MANY,
    },
    [`${MANY} first logins`]: { ...first, times: MANY },
  };
  const samples = await inNewProcesses(jobs, RUNS);
  await zuplo.stop();
  const megabytes = (name, figure) =>
    (median(samples[name].map((sample) => sample[figure])) / 2 ** 20).toFixed(1);
  return {
    title: `Memory: a new process, medians of ${RUNS}, in MiB`,
    columns: ['RSS', 'heap'],
    rows: Object.keys(jobs).map((name) => [
      name,
      megabytes(name, 'rss'),
      megabytes(name, 'heapUsed'),
    ]),
  };
};
