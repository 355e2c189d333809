/** Where the server is and who asks: this page's own, unless a page of another program says otherwise. */

export interface ServerAddress {
  /** `https://erp.example.com`; empty: where this page comes from. */
  base: string;
  /** Sent as `Authorization: Bearer`; absent: the cookie of the session. */
  token?: string;
  credentials: RequestCredentials;
}

let address: ServerAddress = { base: '', credentials: 'same-origin' };

export function setServer(next: Partial<ServerAddress>): void {
  address = { base: '', credentials: next.base ? 'include' : 'same-origin', ...next };
}

export function server(): ServerAddress {
  return address;
}
