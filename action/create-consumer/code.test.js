/** Who gets a consumer, and what is sent, remembered and logged. */
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { beforeEach, describe, test } = require('node:test');
const { ADAS_NAME, CONSUMERS, load, logIn, loginOf, render, useZuplo } = require('./harness.js');

const zuplo = useZuplo();

describe('a new user of the portal', () => {
  for (const status of [200, 201]) {
    test(`gets a consumer, which is remembered (${status})`, async () => {
      zuplo.respondToCreate(status, { id: 'csmr_1' });
      assert.deepEqual(await logIn(), { api_consumer: 'csmr_1' });
    });
  }

  test('is sent to Zuplo as the documents want them', async () => {
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    await logIn();
    const [sent] = zuplo.requests;
    assert.equal(sent.headers.authorization, 'Bearer zpka_secret');
    assert.equal(sent.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(sent.body), {
      name: ADAS_NAME,
      description: 'Portal user ada@example.com',
      managers: [{ email: 'ada@example.com', sub: 'auth0|ada' }],
      metadata: { plan: 'free', user_id: 'auth0|ada' },
      tags: { source: 'auth0-login' },
    });
  });

  test('gets the same name in any process and another in another tenant', async () => {
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    await logIn();
    zuplo.respondToCreate(200, { id: 'csmr_2' });
    await logIn(loginOf({ tenant: { id: 'other' } }));
    const [here, there] = zuplo.requests.map(({ body }) => JSON.parse(body).name);
    assert.equal(here, ADAS_NAME);
    assert.match(there, /^c-[0-9a-f]{32}$/);
    assert.notEqual(there, here);
  });

  test('without app_metadata gets one, too', async () => {
    zuplo.respondToCreate(200, { id: 'csmr_1' });
    const event = loginOf({ user: { app_metadata: undefined } });
    assert.deepEqual(await logIn(event), { api_consumer: 'csmr_1' });
  });

  test('keeps the consumer that an earlier login made', async () => {
    zuplo.respondToCreate(409, { type: 'conflict' });
    zuplo.respondToRead(200, { id: 'csmr_1', metadata: { user_id: 'auth0|ada' } });
    assert.deepEqual(await logIn(), { api_consumer: 'csmr_1' });
    assert.match(zuplo.lines[0], /"adopted"/);
  });

  describe('whose creation broke off and left a consumer', () => {
    const paths = () => zuplo.requests.slice(2).map(({ method, path }) => [method, path]);
    const keys = `${CONSUMERS}/${ADAS_NAME}/keys`;

    beforeEach(() => {
      zuplo.respondToCreate(500);
      zuplo.respondToCreate(409, {});
      zuplo.respondToRead(200, { id: 'csmr_1', metadata: { user_id: 'auth0|ada' } });
    });

    test('without a key gets the key', async () => {
      zuplo.respondToKeys(200, { data: [] });
      zuplo.respondToCreateKey(200, { id: 'key_1' });
      assert.deepEqual(await logIn(), { api_consumer: 'csmr_1' });
      assert.equal(zuplo.requests.at(-1).body, '{}');
      assert.match(zuplo.lines[0], /"adopted"/);
    });

    for (const status of [400, 500]) {
      test(`without a key is not done before it is there (${status})`, async () => {
        zuplo.respondToKeys(200, { data: [] });
        zuplo.respondToCreateKey(status, {});
        assert.deepEqual(await logIn(), {});
        assert.match(zuplo.lines[0], new RegExp(`"failed","reason":"refused","status":${status}`));
        const asked = paths().filter(([method]) => method === 'POST');
        assert.deepEqual(asked, [['POST', keys]], 'once: each may make a key');
      });
    }

    for (const [status, body] of [
      [200, { data: [{ id: 'key_1' }] }],
      [200, {}],
      [200, null],
      [404, {}],
    ]) {
      test(`gets none for ${status} ${JSON.stringify(body)}`, async () => {
        zuplo.respondToKeys(status, JSON.stringify(body));
        assert.deepEqual(await logIn(), { api_consumer: 'csmr_1' });
        assert.equal(paths().length, 2);
      });
    }
  });

  for (const metadata of [{ user_id: 'auth0|eve' }, {}, undefined]) {
    test(`never gets a consumer with metadata ${JSON.stringify(metadata)}`, async () => {
      zuplo.respondToCreate(409, { type: 'conflict' });
      zuplo.respondToRead(200, { id: 'csmr_1', metadata });
      assert.deepEqual(await logIn(), {});
      assert.match(zuplo.lines[0], /"failed","reason":"owner_mismatch"/);
    });
  }

  test('with a strange name and a long id fits into what Zuplo takes', async () => {
    const user = {
      name: `\u202eEve\u0000\n${'🙂'.repeat(500)}`,
      user_id: `samlp|${'é'.repeat(400)}`,
    };
    zuplo.respondToCreate(409, {});
    await logIn(loginOf({ user })).catch(assert.fail);
    const { description, metadata } = JSON.parse(zuplo.requests[0].body);
    assert.match(description, /^Portal user Eve🙂+$/u);
    assert.equal([...description].length, 'Portal user '.length + 100);
    assert.ok(Buffer.byteLength(JSON.stringify(metadata)) < 350);
  });
});

test('a name of nothing visible gives way to the e-mail', async () => {
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  await logIn(loginOf({ user: { name: '\u0000\u200d\u2028' } }));
  const { description } = JSON.parse(zuplo.requests[0].body);
  assert.equal(description, 'Portal user ada@example.com');
});

test('every application is served when none is named', async () => {
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  const event = loginOf({ client: { client_id: 'shop' } });
  const action = load(render({ portal_client_ids: ['*'] }));
  assert.deepEqual(await logIn(event, { action }), { api_consumer: 'csmr_1' });
});

describe('passes without request or log line:', () => {
  for (const [who, changes] of Object.entries({
    'a returning user': { user: { app_metadata: { api_consumer: 'csmr_1' } } },
    'a user of another application': { client: { client_id: 'shop' } },
  })) {
    test(who, async () => {
      assert.deepEqual(await logIn(loginOf(changes)), {});
      assert.deepEqual(zuplo.lines, []);
    });
  }

  test('a returning user, whom undici is not loaded for', () => {
    const script = `
      const { load, logIn, loginOf, render } = require('./harness.js');
      const action = load(render());
      for (const file in require.cache) delete require.cache[file];
      const event = loginOf({ user: { app_metadata: { api_consumer: 'csmr_1' } } });
      logIn(event, { action }).then(() => console.log(Object.keys(require.cache)));`;
    const options = { cwd: __dirname, encoding: 'utf8' };
    assert.equal(execFileSync(process.execPath, ['-e', script], options), '[]\n');
  });
});

describe('passes without request, with a word in the log:', () => {
  for (const [reason, changes] of [
    ['email_not_verified', { user: { email_verified: false } }],
    ['email_not_verified', { user: { email_verified: 'true' } }],
    ['email_not_verified', { user: { email_verified: undefined } }],
    ['no_id', { tenant: undefined }],
    ['no_id', { tenant: { id: null } }],
    ['no_id', { user: { user_id: '' } }],
    ['no_id', { user: { user_id: 7 } }],
    ['no_email', { user: { email: undefined } }],
    ['no_email', { user: { email: '' } }],
    ['token_exchange', { transaction: { protocol: 'oauth2-refresh-token' } }],
    ['token_exchange', { transaction: { protocol: 'oauth2-token-exchange' } }],
  ]) {
    test(`${reason} for ${JSON.stringify(changes)}`, async () => {
      assert.deepEqual(await logIn(loginOf(changes)), {});
      assert.deepEqual(zuplo.lines, [
        JSON.stringify({ zuplo_consumer: 'skipped', reason }),
      ]);
    });
  }
});

describe('remembers nothing when Zuplo', () => {
  for (const status of [302, 401, 403, 404]) {
    test(`responds with ${status}, and is not asked again`, async () => {
      zuplo.respondToCreate(status, { detail: 'zpka_secret ada@example.com' });
      assert.deepEqual(await logIn(), {});
      assert.match(zuplo.lines[0], new RegExp(`"refused","status":${status},"attempts":1`));
    });
  }

  for (const [what, body] of Object.entries({
    'no id': { name: ADAS_NAME },
    'an id that is no text': { id: 7 },
    'an empty id': { id: '' },
    'no object': 'null',
  })) {
    test(`responds with ${what}`, async () => {
      zuplo.respondToCreate(200, body);
      assert.deepEqual(await logIn(), {});
      assert.match(zuplo.lines[0], /"failed","reason":"invalid_response","status":200/);
    });
  }
});

for (const [what, body] of Object.entries({
  'no JSON': '<html>',
  'half a response': '{"id":"csmr_1","na',
  'megabytes': `{"id":"csmr_1","x":"${'x'.repeat(2_000_000)}"}`,
})) {
  test(`a consumer created with ${what} is found by the next attempt`, async () => {
    zuplo.respondToCreate(200, body);
    zuplo.respondToCreate(409, {});
    zuplo.respondToRead(200, { id: 'csmr_1', metadata: { user_id: 'auth0|ada' } });
    zuplo.respondToKeys(200, { data: [{ id: 'key_1' }] });
    assert.deepEqual(await logIn(), { api_consumer: 'csmr_1' });
  });
}

describe('does not stop a login whose', () => {
  const odd = [null, undefined, 7, 'text', [], {}];
  const events = [
    ...odd,
    ...odd.map((user) => ({ ...loginOf(), user })),
    ...odd.map((client) => loginOf({ client })),
    ...odd.map((tenant) => ({ ...loginOf(), tenant, secrets: undefined })),
    ...odd.map((value) => loginOf({ user: { app_metadata: value, email: value } })),
    ...odd.map((transaction) => loginOf({ transaction, user: { email: '' } })),
  ];
  for (const event of events) {
    test(`event is ${JSON.stringify(event)}`, async () => {
      assert.deepEqual(await logIn(event), {});
      assert.ok(zuplo.lines.length <= 1);
    });
  }

  for (const api of [null, undefined, {}, { user: {} }]) {
    test(`api is ${JSON.stringify(api)}`, async () => {
      zuplo.respondToCreate(200, { id: 'csmr_1' });
      await load(render()).onExecutePostLogin(loginOf(), api);
      assert.match(zuplo.lines[0], /"failed","reason":"internal"/);
    });
  }
});

test('the log names neither user nor key, in at most 256 characters', async () => {
  zuplo.respondToCreate(200, { id: 'csmr_1', apiKeys: [{ key: 'zpka_issued' }] });
  await logIn();
  for (let form = 0; form < 2; form += 1) {
    zuplo.respondToCreate(400, { detail: 'zpka_secret ada@example.com' });
  }
  await logIn();
  zuplo.respondToCreate(400, {});
  zuplo.respondToCreate(200, { id: 'csmr_1' });
  await logIn();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    zuplo.breakConnection('zpka_secret auth0|ada');
  }
  await logIn();
  assert.equal(zuplo.lines.length, 4);
  for (const line of zuplo.lines) {
    assert.ok(line.length <= 256);
    assert.doesNotMatch(line, /zpka_|ada|csmr_/);
    assert.ok(['created', 'failed'].includes(JSON.parse(line).zuplo_consumer));
  }
});
