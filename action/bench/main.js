/**
 * What the Action costs a login, beside what cannot be cheaper. `make bench` runs it.
 *
 * Everything is on loopback. Times are medians of interleaved runs, since the speed of a
 * machine drifts.
 */
const os = require('node:os');
const { parseArgs } = require('node:util');
const { silenced } = require('./action.js');
const undici = require('undici/package.json');

const PARTS = ['cold', 'warm', 'connections', 'outage', 'memory', 'burst'];

function printMachine() {
  const cpus = os.cpus();
  const memory = (os.totalmem() / 2 ** 30).toFixed(1);
  console.log(`${cpus[0].model}, ${cpus.length} cores, ${memory} GiB`);
  console.log(`Node ${process.version}, undici ${undici.version}`);
}

/** Print figures in columns, with what they belong to behind them. */
function printTable({ title, columns, rows }) {
  console.log(`\n${title}`);
  for (const [name, ...figures] of [['', ...columns], ...rows]) {
    const cells = figures.map((figure) => String(figure).padStart(9));
    console.log(`${cells.join(' ')}  ${name}`.trimEnd());
  }
}

function printTargets(targets) {
  console.log('\nTargets');
  for (const { name, figure, most, unit } of targets) {
    const verdict = figure <= most ? 'reached' : 'missed ';
    const figures = `${rounded(figure)}, at most ${rounded(most)} ${unit}`;
    console.log(`  ${verdict}  ${name}: ${figures}`);
  }
}

function rounded(figure) {
  return Number.isInteger(figure) ? figure : figure.toFixed(2);
}

async function main() {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log('usage: node action/bench/main.js\n\nMeasure what the Action costs a login.');
    return;
  }
  const targets = [];
  printMachine();
  for (const name of PARTS) {
    const { measure } = require(`./${name}.js`);
    const part = await silenced(measure);
    printTable(part);
    targets.push(...(part.targets ?? []));
  }
  printTargets(targets);
  // The Action's own Agents keep their connections; nothing closes them in Auth0 either.
  process.exit();
}

main();
