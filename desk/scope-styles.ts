/**
 * A plugin of the build: puts every rule of the style sheet below one class, so that a page that uses parts of the desk
 * keeps its own look. Layers are taken away, since rules of the page without one would win over all of them.
 */
import postcss, { type AtRule, type Container, type Rule } from 'postcss';
import type { Plugin } from 'vite';

/** What means the whole page, where it stands first in a selector. */
const PAGE = /^(:root|:host|html|body)(?=$|[\s.:,>[])/;

export function scopeStyles(scope: string): Plugin {
  return {
    name: 'desk-scope-styles',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'asset' && file.fileName.endsWith('.css')) file.source = scoped(String(file.source), scope);
    },
  };
}

export function scoped(css: string, scope: string): string {
  const root = postcss.parse(css);
  // Fonts would be files of another place; without them the system's own stand in.
  root.walkAtRules('font-face', (rule) => void rule.remove());
  root.walkAtRules('layer', unwrap);
  root.walkRules((rule) => {
    if (isWithinKeyframes(rule) || rule.parent?.type === 'rule') return;
    // A part of a page is as high as it is.
    if (rule.selectors.includes('body')) rule.walkDecls('min-height', (declaration) => void declaration.remove());
    rule.selectors = [...new Set(rule.selectors.map((selector) => below(selector, scope)))];
  });
  return root.toString();
}

function unwrap(layer: AtRule): void {
  if (layer.nodes) layer.replaceWith(...layer.nodes);
  else layer.remove();
}

function isWithinKeyframes(rule: Rule): boolean {
  let parent: Container | undefined = rule.parent as Container | undefined;
  while (parent) {
    if (parent.type === 'atrule' && /keyframes$/.test((parent as AtRule).name)) return true;
    parent = parent.parent as Container | undefined;
  }
  return false;
}

function below(selector: string, scope: string): string {
  if (PAGE.test(selector)) return selector.replace(PAGE, scope);
  return `${scope} ${selector}`;
}
