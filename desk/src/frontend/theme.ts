/** Colours of an app, as a style sheet that is made here: a strict policy lets no style element in. */
import type { Colors, Theme } from './contract.ts';

export function applyTheme({ light, dark }: Theme): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:root { ${declarations(light)} } :root.dark { ${declarations(dark)} }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** What is no colour is left out, with a word for whoever made it. */
function declarations(colors: Colors = {}): string {
  const good = Object.entries(colors).filter(([token, color]) => {
    const isColor = /^[a-z0-9-]+$/.test(token) && CSS.supports('color', color);
    if (!isColor) console.error(`The theme of an app has ${token}: ${color}, which is no colour.`);
    return isColor;
  });
  return good.map(([token, color]) => `--${token}: ${color};`).join(' ');
}
