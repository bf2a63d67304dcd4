/**
 * Alters the Action in one place at a time and tells what no test notices.
 *
 * `make mutants` runs it from the root of the repository. The tests run over a copy, so
 * that an interrupted run leaves nothing behind in the Action's code.js.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import './mutators.mjs';

const here = import.meta.dirname;
const root = path.join(here, '..', '..');
const lines = readFileSync(path.join(root, 'action', 'create-consumer', 'code.js'), 'utf8').split('\n');
// The settings are the stack's; above them are the imports alone.
const settingsEnd = lines.indexOf('// --- end of settings ---') + 1;
if (!settingsEnd) throw new Error('code.js has no line that ends the settings');
const range = process.env.RANGE || `${settingsEnd + 1}-${lines.length}`;

const link = (name) => `{ [ -e ${name} ] || ln -s "${root}/${name}" ${name}; }`;
// A process per file, as hooks of one would reach the others; the first failure ends it.
const node = `"${process.execPath}" --disable-warning=ExperimentalWarning`;
const tests = `for test in *.test.js; do
  ${node} --test-reporter="${here}/bail.mjs" "$test" || exit 1
done`;

export default {
  mutate: [`action/create-consumer/code.js:${range}`],
  ignorePatterns: [
    '**',
    '!action/package.json',
    '!action/create-consumer/*',
    '!components/consumer_on_login/action_code/rendering.py',
    '!components/consumer_on_login/settings/*.py',
  ],
  tempDirName: path.join(tmpdir(), 'consumer-on-login-mutants'),
  cleanTempDir: 'always',
  symlinkNodeModules: false,
  disableTypeChecks: false,
  testRunner: 'command',
  commandRunner: {
    command: `${link('.venv')} && ${link('action/node_modules')} && cd action/create-consumer && ${tests}`,
  },
  coverageAnalysis: 'off',
  concurrency: availableParallelism() + 1, // The tests wait a good deal.
  // Generous: on a busy machine, a time-out would pass for a test that noticed.
  timeoutFactor: 3,
  timeoutMS: 20_000,
  plugins: [path.join(here, 'survivors.mjs')],
  reporters: ['progress', 'survivors'],
  logLevel: 'warn',
};
