/** What one page gives to the next by the history: it survives a reload, and stands in no address. */

/** Values of a new document that were typed somewhere else, as in its quick entry. */
export function handedOver(): Record<string, unknown> {
  const { given } = (window.history.state ?? {}) as { given?: unknown };
  if (typeof given !== 'string') return {};
  const values: unknown = JSON.parse(given);
  return typeof values === 'object' && values !== null ? { ...values } : {};
}
