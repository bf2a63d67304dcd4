/** A reporter of node:test that ends the process at the first failure. */
export default async function* bail(events) {
  for await (const { data } of events) {
    if (data.details?.passed === false && !data.todo) process.exit(1);
  }
}
