/**
 * What Stryker does not alter by itself: single statements and numbers.
 *
 * Stryker takes no mutators from outside, so they join its own list. Its version is
 * pinned; an upgrade that moves the list fails here.
 */
import { createRequire } from 'node:module';

const core = createRequire(import.meta.resolve('@stryker-mutator/core'));
const index = core.resolve('@stryker-mutator/instrumenter');
const { types } = createRequire(index)('@babel/core');
const { allMutators } = await import(index.replace(/index\.js$/, 'mutators/index.js'));

const REMOVABLE = ['ExpressionStatement', 'ReturnStatement', 'ThrowStatement'];

allMutators.push(
  {
    name: 'StatementRemoval',
    *mutate({ container, key, node }) {
      // Stryker empties whole blocks and turns conditions off.
      const isAlone = container.length === 1 || key === 'consequent';
      if (REMOVABLE.includes(node.type) && !isAlone) yield types.emptyStatement();
    },
  },
  {
    name: 'Number',
    *mutate({ node }) {
      if (node.type !== 'NumericLiteral') return;
      yield types.numericLiteral(node.value * 2 || 1);
      if (node.value > 0) yield types.numericLiteral(Math.floor(node.value / 2));
    },
  },
);
