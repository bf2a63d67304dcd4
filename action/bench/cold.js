/** Cold: a login in a new process, from before the code is loaded to the handler's end. */
const { median } = require('./figures.js');
const { inNewProcesses, jobsFor } = require('./new-process.js');
const { startZuplo } = require('./zuplo.js');

const RUNS = 30;

exports.measure = async () => {
  const zuplo = await startZuplo();
  const samples = await inNewProcesses(jobsFor(zuplo.url), RUNS);
  await zuplo.stop();
  const ms = (name) => median(samples[name].map((sample) => sample.ms));
  return {
    title: `Cold: a new process, medians of ${RUNS}`,
    columns: ['ms'],
    rows: [
      ['empty action: the bound of the next', ms('empty').toFixed(2)],
      ['returning user', ms('returning').toFixed(2)],
      ['require undici and one bare POST: the bound of the next', ms('bare').toFixed(2)],
      ['first login', ms('first').toFixed(2)],
    ],
    targets: [
      {
        name: 'cold, returning user over the empty action',
        figure: ms('returning') - ms('empty'),
        most: 3,
        unit: 'ms',
      },
      {
        name: 'cold, first login over its bound',
        figure: ms('first') / ms('bare'),
        most: 1.15,
        unit: 'times',
      },
    ],
  };
};
