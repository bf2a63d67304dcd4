/**
 * The least that a first login can do: one POST on a new or a given Agent.
 *
 * @returns {Promise<Agent>} the Agent, for the next one
 */
exports.bare = async (url, undici, agent = new undici.Agent()) => {
  const { body } = await undici.request(`${url}/`, {
    method: 'POST',
    headers: { authorization: 'Bearer zpka_secret', 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'c-0',
      managers: [{ email: 'ada@example.com', sub: 'auth0|ada' }],
    }),
    dispatcher: agent,
  });
  JSON.parse(await body.text());
  return agent;
};
