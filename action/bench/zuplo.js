/** Stand-ins of Zuplo on loopback, as fast as Node's own server. */
const { once } = require('node:events');
const { createServer } = require('node:http');

/** Waits for the next request as long as a load balancer does, and says so. */
const KEEP_ALIVE_MS = 75_000;

exports.created = (response) => {
  response.end('{"id":"csmr_1"}');
};

exports.tooMany = (response, headers = {}) => {
  response.writeHead(429, headers).end('{"title":"Too Many Requests","status":429}');
};

/** Start one that responds in this way; it counts requests and connections. */
exports.startZuplo = async (respond = exports.created, options = {}) => {
  const zuplo = { connections: 0, requests: 0 };
  const settings = { keepAliveTimeout: KEEP_ALIVE_MS, ...options };
  const server = createServer(settings, (request, response) => {
    zuplo.requests += 1;
    request.resume().on('end', () => respond(response));
  });
  server.on('connection', () => (zuplo.connections += 1));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  zuplo.url = `http://127.0.0.1:${server.address().port}`;
  zuplo.stop = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return zuplo;
};
