/** Dictionaries, metadata in the caller's language, and which language that is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ok, openWorld, statusOf, type World } from '../activity/world.ts';

let world: World;
const translate = (language: string, source_text: string, translated_text: string, context = '') =>
  ok(world.app, 'POST', '/api/v1/Translation', { language, source_text, translated_text, context });

beforeAll(async () => {
  world = await openWorld();
  await translate('de', 'Title', 'Titel');
  await translate('de', 'Open', 'Offen');
  await translate('de', 'Done', 'Erledigt', 'Project');
  await translate('de', 'Done', 'Fertig');
  await translate('de', 'Project', 'Projekt');
  await translate('de-AT', 'Title', 'Bezeichnung');
  await translate('ar', 'Title', 'عنوان');
});
afterAll(() => world?.close());

describe('dictionaries', () => {
  const PATH = '/api/v1/settings/translations';

  test('are for everybody, with what the parent language has beyond them', async () => {
    const german = await ok(world.app.anonymous, 'GET', `${PATH}?lang=de`);
    expect(german).toMatchObject({
      language: 'de',
      dir: 'ltr',
      messages: { Title: 'Titel', Done: 'Fertig' },
      contexts: { Project: { Done: 'Erledigt' } },
    });
    const austrian = await ok(world.app.anonymous, 'GET', `${PATH}?lang=de-at`);
    expect(austrian).toMatchObject({ language: 'de-AT', messages: { Title: 'Bezeichnung', Open: 'Offen' } });
    expect(await ok(world.nina, 'GET', `${PATH}?lang=ar`)).toMatchObject({ dir: 'rtl' });
    expect(await ok(world.nina, 'GET', `${PATH}?lang=xx`)).toMatchObject({ messages: {}, contexts: {} });
    for (const lang of ['', "de';--", '../etc', 'x'.repeat(500)])
      expect(await statusOf(world.app.anonymous, 'GET', `${PATH}?lang=${encodeURIComponent(lang)}`), lang).toBe(400);
  });

  test('have a tag, and are others as soon as a Translation is written', async () => {
    const first = await world.nina.json('GET', `${PATH}?lang=de`);
    const tag = { 'if-none-match': first.headers.get('etag') as string };
    expect((await world.nina.json('GET', `${PATH}?lang=de`, undefined, tag)).status).toBe(304);
    const made = await translate('de', 'Later', 'Später');
    await expect.poll(async () => (await ok(world.nina, 'GET', `${PATH}?lang=de`)).messages.Later).toBe('Später');
    await ok(world.app, 'DELETE', `/api/v1/Translation/${made.name}`);
    await expect.poll(async () => (await ok(world.nina, 'GET', `${PATH}?lang=de`)).messages.Later).toBeUndefined();
  });

  test('hold each text once, in a language that is one, and words that mean something to JavaScript', async () => {
    const twice = { language: 'de', source_text: 'Title', translated_text: 'Anders' };
    expect(await statusOf(world.app, 'POST', '/api/v1/Translation', twice)).toBe(409);
    expect(await statusOf(world.app, 'POST', '/api/v1/Translation', { ...twice, language: 'not one' })).toBe(400);
    expect(await statusOf(world.ada, 'POST', '/api/v1/Translation', { ...twice, language: 'fr' })).not.toBe(201);
    await translate('tlh', '__proto__', 'constructor', '__proto__');
    const { text } = await world.nina.json('GET', `${PATH}?lang=tlh`);
    expect(text).toContain('"contexts":{"__proto__":{"__proto__":"constructor"}}');
  });
});

describe('metadata', () => {
  const described = async (client: World['ada'], path: string, headers?: Record<string, string>) => {
    const { body } = await client.json('GET', path, undefined, headers);
    const of = (name: string) => body.fields.find((field: { fieldname: string }) => field.fieldname === name);
    return { label: body.label, title: of('title').label, status: of('status'), body };
  };

  test('is in the caller’s language, with the stored values as they are', async () => {
    const { title, status, label, body } = await described(world.ada, '/api/meta/Project?_lang=de');
    expect([label, title]).toEqual(['Projekt', 'Titel']);
    expect(status).toMatchObject({ options: 'Open\nDone', option_labels: { Open: 'Offen', Done: 'Erledigt' } });
    expect(body.name).toBe('Project');
    expect(JSON.stringify(body.json_schema)).toContain('Titel');
    const english = await described(world.ada, '/api/meta/Project');
    expect([english.title, english.status.option_labels]).toEqual(['Title', undefined]);
    const all = await ok(world.ada, 'GET', '/api/meta?_lang=de');
    expect(all.items.find((item: { name: string }) => item.name === 'Project').label).toBe('Projekt');
    const again = await ok(world.ada, 'GET', '/api/meta');
    expect(again.items.find((item: { name: string }) => item.name === 'Project').label).toBe('Project');
  });

  test('asks for the language in Frappe’s order', async () => {
    const path = '/api/meta/Project';
    const title = async (headers: Record<string, string>, query = '') =>
      (await described(world.rita, path + query, headers)).title;
    expect(await title({ 'accept-language': 'xx,de-AT;q=0.8,de;q=0.9' })).toBe('Titel');
    expect(await title({ 'accept-language': 'en-GB,de' })).toBe('Title');
    expect(await title({ 'accept-language': 'de', cookie: 'preferred_language=de-AT' })).toBe('Bezeichnung');
    await ok(world.rita, 'PATCH', '/api/v1/auth/me', { language: 'de' });
    await expect.poll(() => title({ cookie: 'preferred_language=de-AT' })).toBe('Titel');
    expect(await title({}, '?_lang=ar')).toBe('عنوان');
    await ok(world.app, 'PATCH', '/api/v1/System%20Settings/System%20Settings', { language: 'de-AT' });
    await expect.poll(async () => (await described(world.ada, path)).title).toBe('Bezeichnung');
    await ok(world.app, 'PATCH', '/api/v1/System%20Settings/System%20Settings', { language: 'en' });
  });

  test('still shows what the caller may read, and no more', async () => {
    const { text } = await world.rita.json('GET', '/api/meta/Project?_lang=de-AT');
    expect(text).not.toContain('"cost"');
    expect(await statusOf(world.nina, 'GET', '/api/meta/Project?_lang=de')).toBe(404);
  });
});

test('the profile says language and time zone, the system’s where none is chosen', async () => {
  const { ed } = world;
  expect(await ok(ed, 'GET', '/api/v1/auth/me')).toMatchObject({
    user: 'ed',
    language: 'en',
    time_zone: 'UTC',
    chosen: { language: null, time_zone: null, desk_theme: null },
  });
  await ok(ed, 'PATCH', '/api/v1/auth/me', { language: 'de', time_zone: 'Europe/Berlin' });
  expect(await ok(ed, 'GET', '/api/v1/auth/me')).toMatchObject({
    language: 'de',
    time_zone: 'Europe/Berlin',
    chosen: { language: 'de', time_zone: 'Europe/Berlin' },
  });
});
