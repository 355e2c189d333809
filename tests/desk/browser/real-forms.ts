/** What a form must show by its DocType alone, as the server describes it; and how a page without a reload is led from form to form. */
import type { Page } from 'playwright-core';

interface Field {
  fieldname: string;
  hidden?: unknown;
  depends_on?: string;
}

interface Part {
  fieldname: string;
}

export interface Described {
  name: string;
  istable: boolean;
  issingle: boolean;
  fields: Field[];
  layout: (Part & { sections: (Part & { columns: string[][] })[] })[];
}

/** Fields that no condition can hide, neither their own nor that of what they stand in. */
export function unconditional({ fields, layout }: Described): string[] {
  const byName = new Map(fields.map((field) => [field.fieldname, field]));
  const isFree = (fieldname: string): boolean => {
    const field = byName.get(fieldname);
    return !field?.hidden && !field?.depends_on?.trim();
  };
  return layout
    .filter(({ fieldname }) => isFree(fieldname))
    .flatMap(({ sections }) => sections)
    .filter(({ fieldname }) => isFree(fieldname))
    .flatMap(({ columns }) => columns.flat())
    .filter((fieldname) => byName.has(fieldname) && isFree(fieldname));
}

export interface Shown {
  /** Of all tabs, with sections that were folded. */
  fields: string[];
  /** Sentences that stand where a widget failed, and labels with nothing below. */
  broken: string[];
}

/** Without loading the page anew, as a link does. Throws when the form is not there within `ms`. */
export function leadTo(page: Page, q: { path: string; form: string; ms: number }): Promise<void> {
  return page.evaluate(async ({ path, form, ms }) => {
    history.pushState(null, '', path);
    dispatchEvent(new PopStateEvent('popstate', { state: null }));
    const until = performance.now() + ms;
    // All of it may be folded.
    const isThere = (): boolean =>
      document.querySelector(`main form[aria-label="${CSS.escape(form)}"] :is([data-fieldname], h2)`) !== null;
    while (!isThere()) {
      if (performance.now() > until) {
        const said = document.querySelector('main')?.textContent?.trim().slice(0, 200);
        throw new Error(`there is no form, but: ${said}`);
      }
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, q);
}

/** Everything of the form within `inside`: each tab is opened, and what is folded. */
export function showAll(page: Page, inside: string): Promise<Shown> {
  return page.evaluate(async (selector) => {
    const root = document.querySelector(selector);
    if (!root) throw new Error(`there is no ${selector}`);
    const fields = new Set<string>();
    const broken = new Set<string>();
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    /** Their widget is not there yet. */
    const bare = (): HTMLElement[] =>
      [...root.querySelectorAll<HTMLElement>('[data-fieldname]')].filter(
        (field) =>
          field.querySelector('label') !== null &&
          [...field.children].every((part) => part.matches('label:not(:has(input)), [id$="-help"]')),
      );
    const look = async (): Promise<void> => {
      for (const fold of root.querySelectorAll<HTMLElement>('h2 > button[aria-expanded="false"]')) fold.click();
      await frame();
      for (let at = 0; at < 90 && bare().length > 0; at += 1) await frame();
      for (const field of root.querySelectorAll<HTMLElement>('[data-fieldname]'))
        fields.add(field.dataset.fieldname as string);
      for (const { dataset } of bare()) broken.add(`${dataset.fieldname} has nothing below its label`);
      for (const said of root.querySelectorAll('p'))
        if (said.textContent?.endsWith('cannot be shown.')) broken.add(said.textContent);
    };
    const tabs = [...root.querySelectorAll<HTMLElement>('[role="tab"]')];
    if (tabs.length === 0) await look();
    for (const tab of tabs) {
      tab.focus();
      for (let at = 0; at < 60 && tab.getAttribute('aria-selected') !== 'true'; at += 1) await frame();
      await look();
    }
    return { fields: [...fields], broken: [...broken] };
  }, inside);
}
