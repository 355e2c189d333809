/** A real OpenID provider (oidc-provider) on a port of its own, where whoever comes is signed in at once. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface Person {
  sub: string;
  email?: string;
  email_verified?: unknown;
  name?: string;
}

export interface OidcServer {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who is at the provider's keyboard from now on. */
  signIn(person: Person): void;
  close(): Promise<void>;
}

export async function openOidcServer(redirectUri: string): Promise<OidcServer> {
  let present: Person = { sub: 'nobody' };
  const people = new Map<string, Person>();
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { client_id: 'framework', client_secret: 'a secret of the provider of the tests' };
  const provider = new Provider(issuer, {
    clients: [
      { ...client, redirect_uris: [redirectUri], response_types: ['code'], grant_types: ['authorization_code'] },
    ],
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ ...people.get(id), sub: id }) }),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    interactions: { url: (_ctx, interaction) => `/present/${interaction.uid}` },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['of the tests'] },
    pkce: { required: () => true },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/present/')) return answer(request, response);
    arrive(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const arrive = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const { params, prompt } = await provider.interactionDetails(request, response);
    people.set(present.sub, present);
    const result = prompt.name === 'login' ? { login: { accountId: present.sub, remember: false } } : undefined;
    if (result) return provider.interactionFinished(request, response, result);
    const grant = new provider.Grant({ accountId: present.sub, clientId: params.client_id as string });
    grant.addOIDCScope('openid email profile');
    await provider.interactionFinished(
      request,
      response,
      { consent: { grantId: await grant.save() } },
      { mergeWithLastSubmission: true },
    );
  };
  return {
    issuer,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    signIn(person) {
      present = person;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
