/**
 * A reporter of Stryker: the changes of the Action that no test noticed, without those
 * that explained.json gives a reason for.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

const EXPLAINED = path.join(import.meta.dirname, 'explained.json');

class Survivors {
  onMutationTestReportReady({ files }) {
    const explained = JSON.parse(readFileSync(EXPLAINED, 'utf8'));
    const [{ mutants, source }] = Object.values(files);
    const changesOf = (status) =>
      mutants
        .filter((mutant) => mutant.status === status)
        .map((mutant) => changeOf(mutant, source.split('\n')));
    const survivors = changesOf('Survived');
    const timeouts = changesOf('Timeout');

    const isSame = (one) => (other) => one.line === other.line && one.change === other.change;
    const isNoSurvivor = (reason) => !survivors.some(isSame(reason));
    const open = survivors.filter((change) => !explained.some(isSame(change)));
    for (const { at, line, change } of open) {
      console.log(`unnoticed, code.js:${at}\n  ${line}\n  ${change}\n`);
    }
    for (const { at, line, change } of timeouts) {
      console.log(`noticed by time-out, code.js:${at}\n  ${line}\n  ${change}\n`);
    }
    if (!process.env.RANGE) {
      for (const { line, change } of explained.filter(isNoSurvivor)) {
        console.log(`explained, yet noticed or gone:\n  ${line}\n  ${change}\n`);
      }
    }
    console.log(
      `${mutants.length} changes; unnoticed: ${survivors.length}, ` +
        `of which explained: ${survivors.length - open.length}`,
    );
    if (open.length) process.exitCode = 1;
  }
}

/** A change in words that outlive a change of line numbers. */
function changeOf({ location: { start, end }, replacement }, lines) {
  const taken = lines.slice(start.line - 1, end.line);
  const line = taken[0].trim();
  taken.push(taken.pop().slice(0, end.column - 1));
  taken[0] = taken[0].slice(start.column - 1);
  const [original, altered] = [taken.join(' '), replacement].map(collapsed);
  return { at: start.line, line, change: `${original} → ${altered}` };
}

const collapsed = (text) => text.replace(/\s+/g, ' ');

export const strykerPlugins = [
  declareClassPlugin(PluginKind.Reporter, 'survivors', Survivors),
];
