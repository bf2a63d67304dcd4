/** What the Action makes of servers that respond slowly, in parts or not at all. */
const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { once } = require('node:events');
const { createServer } = require('node:http');
const { describe, test } = require('node:test');
const { load, logIn, loginOf, render, useZuplo } = require('./harness.js');

const zuplo = useZuplo();
const outcomes = () => zuplo.lines.map((line) => JSON.parse(line));

// Real servers: MockAgent's delay heeds no abort, and its responses come whole.
describe('with a server that', { timeout: 30_000 }, () => {
  async function actionAgainst(t, listener, loginTimeoutMs = 500) {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close().closeAllConnections());
    const address = `127.0.0.1:${server.address().port}`;
    zuplo.agent.enableNetConnect(address);
    const settings = { zuplo_api_url: `http://${address}` };
    return load(render({ ...settings, login_timeout_ms: loginTimeoutMs }));
  }

  test('never responds, the login ends at its deadline', async (t) => {
    const action = await actionAgainst(t, () => {});
    assert.deepEqual(await logIn(loginOf(), { action }), {});
    assert.equal(outcomes()[0].reason, 'timeout');
  });

  test('trickles, the login ends at its deadline', async (t) => {
    const action = await actionAgainst(t, (_, response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    assert.deepEqual(await logIn(loginOf(), { action }), {});
    assert.equal(outcomes()[0].reason, 'timeout');
  });

  test('breaks off within a refusal, it stays a refusal', async (t) => {
    const action = await actionAgainst(
      t,
      (_, response) => {
        response.writeHead(400, { 'content-length': 100 }).write('{"detail":');
        setImmediate(() => response.destroy());
      },
      5000,
    );
    assert.deepEqual(await logIn(loginOf(), { action }), {});
    const { attempts, reason, status } = outcomes()[0];
    // The address alone was refused in the same way.
    assert.deepEqual([reason, status, attempts], ['refused', 400, 2]);
  });

  test('sends half a letter at a time, the consumer is recognised', async (t) => {
    const user = { user_id: 'samlp|é' };
    const body = Buffer.from(JSON.stringify({ id: 'csmr_1', metadata: user }));
    const cut = body.indexOf('é') + 1;
    const action = await actionAgainst(
      t,
      (request, response) => {
        if (request.method === 'POST') return response.writeHead(409).end('{}');
        // Once undici has the head, it has what came with it.
        const finish = () => response.end(body.subarray(cut));
        subscribe('undici:request:headers', finish);
        t.after(() => unsubscribe('undici:request:headers', finish));
        return response.write(body.subarray(0, cut));
      },
      5000,
    );
    const written = await logIn(loginOf({ user }), { action });
    assert.deepEqual(written, { api_consumer: 'csmr_1' });
  });

  test('breaks off within its response, the next attempt finds the consumer', async (t) => {
    let made = false;
    const action = await actionAgainst(t, (request, response) => {
      if (request.url.includes('/keys')) {
        response.end('{"data":[{"id":"key_1"}]}');
      } else if (request.method === 'GET') {
        const metadata = { user_id: 'auth0|ada' };
        response.end(JSON.stringify({ id: 'csmr_1', metadata }));
      } else if (made) {
        response.writeHead(409).end('{}');
      } else {
        made = true;
        response.writeHead(200, { 'content-length': 100 }).write('{"id":');
        setImmediate(() => response.destroy());
      }
    }, 5000);
    assert.deepEqual(await logIn(loginOf(), { action }), { api_consumer: 'csmr_1' });
  });
});
