// What people do with Auth0's npm SDK. sdk.py does the same with the Python SDK.
// Run: node sdk.js STEP < given.json; it prints what it saw as JSON.
'use strict';

const { readFileSync } = require('node:fs');
const { setTimeout: pause } = require('node:timers/promises');
const { ManagementClient, ManagementError } = require('auth0');

const { actions, users } = new ManagementClient({
  domain: process.env.AUTH0_DOMAIN,
  clientId: process.env.AUTH0_CLIENT_ID,
  clientSecret: process.env.AUTH0_CLIENT_SECRET,
});
const bindings = actions.triggers.bindings;
const POST_LOGIN = 'post-login';

async function until(holds) {
  while (!(await holds())) await pause(100);
}

async function all(page) {
  const items = [];
  for await (const item of page) items.push(item);
  return items;
}

async function refusalOf(call) {
  try {
    return { accepted: await call };
  } catch (error) {
    if (!(error instanceof ManagementError)) throw error;
    return { status: error.statusCode, message: error.body.message };
  }
}

async function deployDraft(id) {
  await until(async () => (await actions.get(id)).status === 'built');
  const { number } = await actions.deploy(id);
  const isDeployed = ({ deployed_version: it }) => it?.deployed && it.number === number;
  await until(async () => isDeployed(await actions.get(id)));
}

const refs = (ids) => ids.map((value) => ({ ref: { type: 'action_id', value } }));

// One a page, so that the SDK has to ask for several.
const bound = () => bindings.list(POST_LOGIN, { per_page: 1 }).then(all);

const steps = {
  async deploy({ name, code, dependencies, secrets }) {
    const created = await actions.create({
      name,
      code,
      dependencies,
      secrets,
      runtime: 'node22',
      supported_triggers: [{ id: POST_LOGIN, version: 'v3' }],
    });
    await deployDraft(created.id);
    const before = (await bound()).map(({ action }) => action.id);
    await bindings.updateMany(POST_LOGIN, { bindings: refs([...before, created.id]) });
    const action = await actions.get(created.id);
    const found = await all(await actions.list({ actionName: name }));
    return {
      id: action.id,
      found: found.map(({ id }) => id),
      runtime: action.runtime,
      dependencies: action.dependencies.map((it) => [it.name, it.version]),
      secrets: action.secrets.map((it) => it.name),
      bound: (await bound()).map((it) => [it.display_name, it.action.id]),
    };
  },

  async change({ id, code, secrets }) {
    await actions.update(id, { code, secrets });
    await deployDraft(id);
    const versions = await all(await actions.versions.list(id));
    return versions.map(({ number, deployed }) => [number, deployed]);
  },

  async remove({ id }) {
    const refused = await refusalOf(actions.delete(id));
    const left = (await bound()).map(({ action }) => action.id).filter((it) => it !== id);
    await bindings.updateMany(POST_LOGIN, { bindings: refs(left) });
    await actions.delete(id);
    return { refused, gone: await refusalOf(actions.get(id)) };
  },

  async users({ connection, password, emails }) {
    const created = [];
    for (const email of emails) {
      const app_metadata = { plan: 'free', trial: true };
      created.push(await users.create({ connection, email, password, app_metadata }));
    }
    const [{ user_id: id, email }] = created;
    await users.update(id, { app_metadata: { plan: 'paid', trial: null } });
    await users.update(id, { blocked: true });
    const user = await users.get(id);
    const found = await all(await users.list({ q: `email:"${email}"` }));
    const listed = await all(await users.list({ per_page: 1 }));
    return {
      ids: created.map((it) => it.user_id),
      app_metadata: user.app_metadata,
      blocked: user.blocked,
      found: found.map((it) => it.user_id),
      listed: listed.map((it) => it.email),
    };
  },

  async forget({ ids }) {
    for (const id of ids) await users.delete(id);
    return refusalOf(users.get(ids[0]));
  },
};

async function main() {
  const given = JSON.parse(readFileSync(0, 'utf8'));
  console.log(JSON.stringify(await steps[process.argv[2]](given)));
}

main();
