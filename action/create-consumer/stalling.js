/**
 * Stand-ins of Zuplo on real sockets that stall, for each connection in its own way.
 *
 * Node cannot make a certificate: Python does, as for the sandbox.
 */
const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');
const { PYTHON } = require('./harness.js');

const DRIP_MS = 20;
const CERTIFICATE = `
import json, trustme
authority = trustme.CA()
issued = authority.issue_cert("127.0.0.1", "zuplo.test")
pems = {
    "ca": authority.cert_pem,
    "cert": issued.cert_chain_pems[0],
    "key": issued.private_key_pem,
}
print(json.dumps({name: pem.bytes().decode() for name, pem in pems.items()}))
`;
const NEVER_ACCEPTS = `
import socket, sys
with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
    print(server.getsockname()[1], flush=True)
    sys.stdin.read()
`;

const issue = () => execFileSync(PYTHON, ['-c', CERTIFICATE], { encoding: 'utf8' });
let issued;

/** @returns {{ca: string, cert: string, key: string}} a certificate that the process trusts */
exports.certificate = () => {
  if (!issued) {
    issued = JSON.parse(issue());
    tls.setDefaultCACertificates([issued.ca]);
  }
  return issued;
};

/** Write a byte at a time until the connection ends. */
function drip(stream, text) {
  const timer = setInterval(() => stream.write(text), DRIP_MS);
  stream.on('close', () => clearInterval(timer));
}

const responding = (status, body) => (_, response) =>
  response.writeHead(status, { connection: 'close' }).end(body);

/** What a connection does that never gets as far as a request. */
exports.before = {
  mute: () => {},
  // The head of a TLS record of 16 KiB, and then its content: OpenSSL waits for all of it.
  dripTls: (socket) => {
    socket.write(Buffer.from([0x16, 3, 3, 0x40, 0]));
    drip(socket, '\0');
  },
  reset: (socket) => socket.resetAndDestroy(),
};

/** What becomes of a request, after TLS. */
exports.after = {
  created: responding(200, '{"id":"csmr_1"}'),
  unavailable: responding(503),
  badRequest: responding(400, '{}'),
  conflict: responding(409, '{}'),
  mute: () => {},
  dripHeaders: (_, { socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
    drip(socket, 'x');
  },
  dripHints: (_, { socket }) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'),
  dripBody: (_, response) => drip(response, ' '),
  halfBody: (_, response) => response.writeHead(200).write('{"id":'),
  halfRefusal: (_, response) => response.writeHead(400).write('{"detail":'),
  halfConflict: (_, response) => response.writeHead(409).write('{'),
};

/** Start a Zuplo whose connections behave in these ways, the last one for all that follow. */
exports.startStalling = async (t, ...ways) => {
  const zuplo = { connections: 0 };
  const sockets = new Set();
  const wayOf = new Map();
  const { cert, key } = exports.certificate();
  const behind = https.createServer({ cert, key }, (request, response) =>
    wayOf.get(request.socket.remotePort)(request, response),
  );
  const server = net.createServer((socket) => {
    const way = ways[Math.min(zuplo.connections, ways.length - 1)];
    zuplo.connections += 1;
    sockets.add(socket.on('error', () => {}));
    if (Object.values(exports.before).includes(way)) return way(socket);
    wayOf.set(socket.remotePort, way);
    return behind.emit('connection', socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  zuplo.port = server.address().port;
  zuplo.url = `https://127.0.0.1:${zuplo.port}`;
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return zuplo;
};

/** Start a Zuplo whose kernel responds to no SYN, since its backlog is full. */
exports.startFull = async (t) => {
  const server = spawn(PYTHON, ['-c', NEVER_ACCEPTS], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => server.stdin.end());
  const [line] = await once(server.stdout, 'data');
  const port = Number(line);
  // A backlog of 0 takes one connection in.
  const taken = net.connect(port, '127.0.0.1');
  t.after(() => taken.destroy());
  await once(taken, 'connect');
  return { url: `https://127.0.0.1:${port}` };
};
