/**
 * The page that links in mails lead to. Opening it uses nothing up: the secret of the link stands
 * behind `#`, which mail scanners do not send, and is used by a button. Everything on it is its own.
 */
import { hash } from 'node:crypto';
import type { Answer, Route } from './call.ts';

const SCRIPT = `
const given = new URLSearchParams(location.hash.slice(1));
history.replaceState(null, '', location.pathname);
const form = document.querySelector('form');
const said = document.querySelector('output');
const PAGES = {
  'sign-in': ['Sign in', [], (token) => ['magic-link/verify', { token }]],
  'sign-up': ['Confirm your address', [], (token) => ['sign-up/verify', { token }]],
  'reset-password': ['Choose a new password', [['password', 'New password', 'new-password']],
    (token, values) => ['password/reset', { token, ...values }]],
  'second-factor': ['Second step', [['otp', 'Code of your app, or a recovery code', 'one-time-code']],
    (token, values) => ['login', { tmp_id: token, ...values }]],
};
const show = (kind, token) => {
  const [title, fields, ask] = PAGES[kind];
  form.replaceChildren(Object.assign(document.createElement('h1'), { textContent: title }));
  for (const [name, text, autocomplete] of fields) {
    const label = Object.assign(document.createElement('label'), { textContent: text });
    label.append(Object.assign(document.createElement('input'), { name, autocomplete, required: true,
      type: name === 'password' ? 'password' : 'text' }));
    form.append(label);
  }
  form.append(Object.assign(document.createElement('button'), { textContent: title }));
  form.onsubmit = async (event) => {
    event.preventDefault();
    said.textContent = '';
    const [path, body] = ask(token, Object.fromEntries(new FormData(form)));
    const response = await fetch('/api/v1/auth/' + path, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const answer = response.status === 204 ? {} : await response.json();
    if (!response.ok) { said.textContent = answer.detail; return; }
    if (answer.tmp_id) { show('second-factor', answer.tmp_id); return; }
    form.replaceChildren();
    said.textContent = kind === 'reset-password' ? 'Your password is changed. Sign in with it.' : 'You are signed in.';
    const next = URL.parse(given.get('redirect_to') ?? '', location.origin);
    if (kind === 'second-factor' && next?.origin === location.origin && given.has('redirect_to')) location.assign(next);
  };
};
const kind = Object.keys(PAGES).find((name) => given.has(name));
if (kind) show(kind, given.get(kind));
else said.textContent = 'Sign in where you usually do, or open the link of a mail.';
`;

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 10vh auto; max-width: 24rem; padding: 0 1rem; }
label, input, button { display: block; width: 100%; box-sizing: border-box; }
input, button { font: inherit; margin: .25rem 0 1rem; padding: .5rem; }
:root { color-scheme: light dark; }
`;

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Your account</title><style>${STYLE}</style></head>
<body><form></form><output role="status"></output><noscript>This page needs JavaScript.</noscript>
<script type="module">${SCRIPT}</script></body>
</html>
`;

const allow = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`;

const ANSWER: Answer = {
  status: 200,
  body: PAGE,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; script-src ${allow(SCRIPT)}; style-src ${allow(STYLE)}; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
  },
};

export const accountPageRoutes: readonly Route[] = [
  { method: 'GET', path: '/account', access: 'open', answer: () => ANSWER },
];
