/** An issuer that says whatever a test wants: ID tokens with any claims, signed or not; and GitHub's own way. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';

export interface Lies {
  claims?: JWTPayload;
  /** No signature at all. */
  isUnsigned?: boolean;
  /** Signed with a key that the issuer does not publish. */
  isForeign?: boolean;
}

export interface TestIssuer {
  url: string;
  /** Makes a code for the authorization request at `location`, as if the person had agreed; gives where the browser goes. */
  agree(location: string, lies?: Lies): Promise<string>;
  /** What GitHub's /user and /user/emails say. */
  github: { user: unknown; emails: unknown };
  /** Requests to the token endpoint, as they came. */
  exchanges: URLSearchParams[];
  close(): Promise<void>;
}

const CLIENT_ID = 'framework';

export async function openIssuer(): Promise<TestIssuer> {
  const own = await generateKeyPair('RS256', { extractable: true });
  const foreign = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, { nonce: string | null; lies: Lies }>();
  const exchanges: URLSearchParams[] = [];
  const github: TestIssuer['github'] = { user: {}, emails: [] };
  const server = http.createServer((request, response) => {
    reply(request)
      .then((body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)))
      .catch((error: unknown) =>
        response
          .writeHead(400, { 'content-type': 'application/json' })
          .end(JSON.stringify({ error: 'invalid_grant', error_description: String(error) })),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const reply = async (request: http.IncomingMessage): Promise<unknown> => {
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return {
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/keys`,
          id_token_signing_alg_values_supported: ['RS256'],
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
        };
      case '/keys':
        return { keys: [jwk] };
      case '/api/v3/user':
        return github.user;
      case '/api/v3/user/emails':
        return github.emails;
      case '/token':
      case '/login/oauth/access_token':
        return exchange(await bodyOf(request), request.url === '/token');
      default:
        throw new Error(`there is no ${request.url}`);
    }
  };
  const exchange = async (body: URLSearchParams, givesIdToken: boolean): Promise<unknown> => {
    exchanges.push(body);
    const code = codes.get(body.get('code') ?? '');
    if (!code) throw new Error('unknown code');
    const tokens = { access_token: 'an access token', token_type: 'bearer', scope: 'email' };
    return givesIdToken ? { ...tokens, id_token: await idToken(code) } : tokens;
  };
  const idToken = ({ nonce, lies }: { nonce: string | null; lies: Lies }): Promise<string> | string => {
    const seconds = Math.floor(Date.now() / 1000);
    const claims = { iss: url, aud: CLIENT_ID, iat: seconds, exp: seconds + 300, nonce, ...lies.claims } as JWTPayload;
    if (lies.isUnsigned) return new UnsecuredJWT(claims).encode();
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'own' })
      .sign((lies.isForeign ? foreign : own).privateKey);
  };
  return {
    url,
    github,
    exchanges,
    async agree(location, lies = {}) {
      const asked = new URL(location).searchParams;
      const code = `code-${codes.size}`;
      codes.set(code, { nonce: asked.get('nonce'), lies });
      const back = new URL(asked.get('redirect_uri') as string);
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') as string);
      return back.href;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: http.IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
