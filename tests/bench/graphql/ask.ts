/** One GraphQL request, its answer or its errors; and whether a server answers GraphQL at all. */

export interface Asked {
  url: string;
  token: string;
}

export interface Reply {
  data?: Record<string, unknown> | null;
  errors?: readonly { message: string }[];
}

export async function post(q: Asked, body: { query: string; variables?: object }): Promise<Response> {
  return fetch(q.url, { method: 'POST', headers: headersOf(q.token), body: JSON.stringify(body) });
}

export async function ask(q: Asked, body: { query: string; variables?: object }): Promise<Reply> {
  const text = await (await post(q, body)).text();
  try {
    return JSON.parse(text) as Reply;
  } catch {
    throw new Error(`${q.url} answers no JSON: ${text.slice(0, 500)}`);
  }
}

/** What is not there answers 404; everything else is an answer, and may be a wrong one. */
export async function servesGraphql(q: Asked): Promise<boolean> {
  const answer = await post(q, { query: '{ __typename }' });
  await answer.arrayBuffer();
  return answer.status !== 404;
}

export function headersOf(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
}
