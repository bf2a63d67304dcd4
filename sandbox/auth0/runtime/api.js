/**
 * The `api` of post-login v3 in the STAND-IN for Auth0.
 *
 * Objects and methods: Auth0 documentation. Every call is recorded; Python carries out
 * what it asks for. Methods return `api`, as documented for most of them.
 *
 * Limits of metadata: Auth0 documentation; that a call against them throws is inferred.
 * Refused with an error, being not imitated: what needs a continuation after a redirect
 * (encodeToken, validateToken, recordMethod), what returns more than the login
 * here knows (canRedirect, wasExecuted), transaction metadata, groups and roles.
 */
const USER_METADATA_BYTES = 32 * 1024;

const METHODS = {
  access: ['deny'],
  accessToken: ['setCustomClaim', 'addScope', 'removeScope'],
  authentication: [
    'challengeWith', 'challengeWithAny', 'enrollWith', 'enrollWithAny', 'recordMethod',
    'setPrimaryUser',
  ],
  cache: ['get', 'set', 'delete'],
  groups: ['getUserGroups', 'hasGroupMembership'],
  idToken: ['setCustomClaim'],
  multifactor: ['enable'],
  prompt: ['render'],
  redirect: ['canRedirect', 'encodeToken', 'sendUserTo', 'validateToken'],
  refreshToken: [
    'revoke', 'setExpiresAt', 'setIdleExpiresAt', 'setMetadata', 'deleteMetadata',
    'evictMetadata',
  ],
  roles: [
    'getUserEffectiveRoles', 'getUserEffectiveRolesByIds', 'getUserEffectiveRolesByNames',
  ],
  rules: ['wasExecuted'],
  samlResponse: [
    'setAttribute', 'setAudience', 'setRecipient', 'setDestination', 'setIssuer',
    'setRelayState', 'setLifetimeInSeconds', 'setNameIdentifierFormat',
    'setNameIdentifierProbes', 'setAuthnContextClassRef', 'setSignatureAlgorithm',
    'setDigestAlgorithm', 'setSignResponse', 'setSigningCert', 'setCert', 'setKey',
    'setEncryptionCert', 'setEncryptionPublicKey', 'setEncryptionAlgorithm',
    'setCreateUpnClaim', 'setPassthroughClaimsWithNoMapping', 'setMapUnknownClaimsAsIs',
    'setMapIdentities', 'setIncludeAttributeNameFormat', 'setTypedAttributes',
  ],
  session: [
    'revoke', 'setExpiresAt', 'setIdleExpiresAt', 'setCookieMode', 'setMetadata',
    'deleteMetadata', 'evictMetadata',
  ],
  transaction: ['setMetadata'],
  user: ['setAppMetadata', 'setUserMetadata'],
  validation: ['error'],
};

/** @param {{record: function, askCache: function}} runtime */
exports.createApi = ({ record, askCache }) => {
  const results = {
    ...refusals(),
    'cache.get': (key) => askCache('get', [key]),
    'cache.set': (...args) => askCache('set', args),
    'cache.delete': (key) => askCache('delete', [key]),
  };
  const checks = {
    'user.setAppMetadata': userMetadataLimit(),
    'user.setUserMetadata': userMetadataLimit(),
  };
  const method = (name) => (...args) => {
    checks[name]?.(...args);
    const result = Object.hasOwn(results, name) ? results[name](...args) : api;
    record(name, args);
    return result;
  };
  const objects = Object.entries(METHODS).map(([object, names]) => {
    const methods = names.map((name) => [name, method(`${object}.${name}`)]);
    return [object, closed(`api.${object}`, Object.fromEntries(methods))];
  });
  const api = closed('api', Object.fromEntries(objects));
  return api;
};

/** Make an object that throws for what it lacks, as calling a missing method would. */
function closed(name, members) {
  return new Proxy(members, {
    get(target, key) {
      // Promises and JSON look for these two on any object they are given.
      const lookedFor = typeof key === 'symbol' || key === 'then' || key === 'toJSON';
      if (lookedFor || Object.hasOwn(target, key)) return target[key];
      throw new TypeError(`${name}.${key} is not a function`);
    },
  });
}

function refusals() {
  const names = [
    'authentication.recordMethod', 'redirect.canRedirect', 'redirect.encodeToken',
    'redirect.validateToken', 'rules.wasExecuted', 'transaction.setMetadata',
    ...METHODS.groups.map((name) => `groups.${name}`),
    ...METHODS.roles.map((name) => `roles.${name}`),
  ];
  return Object.fromEntries(names.map((name) => [name, () => {
    throw new Error(`The sandbox does not imitate api.${name}`);
  }]));
}

/** Count what one execution sets in one kind of a user's metadata. */
function userMetadataLimit() {
  const changes = {};
  return (key, value) => {
    if (typeof key !== 'string') throw new TypeError('A metadata key must be a string');
    const size = Buffer.byteLength(JSON.stringify({ ...changes, [key]: value }));
    if (size > USER_METADATA_BYTES) throw new Error('User metadata exceeds 32 kB');
    changes[key] = value;
  };
}
