/**
 * The write path as named steps in Frappe's hook order (SEMANTICS.md 1.2, 1.3). Adding a rule means
 * adding a step. What every write shares stands here; the operations choose their list.
 */
import { SUBMITTED } from '../kernel/document.ts';
import { checkRules } from './check.ts';
import { customizeSchema } from './customize.ts';
import { applyDefaults, fillTitle } from './defaults.ts';
import { askGuards } from './guard.ts';
import { resolveLinks } from './links.ts';
import { syncNameField } from './name-field.ts';
import { nameDocument } from './naming.ts';
import { runHook } from './run-hooks.ts';
import { stamp, storeDocument } from './store-rows.ts';
import { checkGroup, placeInTree } from './tree.ts';
import { recordVersion } from './versions.ts';
import type { Step } from './write.ts';

const hook = (name: Parameters<typeof runHook>[1]): Step => ({ name, run: (write) => runHook(write, name) });

const setDocstatus = (docstatus: number): Step => ({
  name: 'docstatus',
  run: (write) => {
    write.doc.docstatus = docstatus;
  },
});

const DEFAULTS: Step = { name: 'defaults', run: applyDefaults };
const STAMP: Step = { name: 'stamp', run: stamp };
const LINKS: Step = { name: 'links', run: resolveLinks };
const NAME: Step = { name: 'name', run: nameDocument };
const TITLE: Step = { name: 'title', run: fillTitle };
const RULES: Step = { name: 'rules', run: checkRules };
const NAME_FIELD: Step = { name: 'name field', run: syncNameField };
const TREE: Step = { name: 'tree', run: placeInTree };
const GROUP: Step = { name: 'group', run: checkGroup };
const STORE: Step = { name: 'store', run: storeDocument };
const VERSION: Step = { name: 'version', run: recordVersion };
const GUARD: Step = { name: 'guard', run: (write) => askGuards(write, 'check') };
const GUARD_STORED: Step = { name: 'guard stored', run: (write) => askGuards(write, 'stored') };
const CUSTOMIZE: Step = { name: 'customize', run: customizeSchema };
const AFTER_SAVE: readonly Step[] = [hook('on_update'), hook('after_save')];

/** A new document. */
export const INSERT: readonly Step[] = [
  DEFAULTS,
  STAMP,
  LINKS,
  hook('before_insert'),
  NAME,
  hook('before_validate'),
  hook('validate'),
  hook('before_save'),
  GUARD,
  TITLE,
  RULES,
  TREE,
  STORE,
  GUARD_STORED,
  hook('after_insert'),
  ...AFTER_SAVE,
  CUSTOMIZE,
  hook('on_change'),
];

/**
 * The same where no controller and no guard looks: the name comes last, so that a counter, which all inserts of a
 * series wait for, is held as shortly as can be.
 */
export const INSERT_UNHOOKED: readonly Step[] = [DEFAULTS, STAMP, LINKS, TITLE, RULES, NAME, TREE, STORE, CUSTOMIZE];

/** A draft saved again, or any document of a DocType that is not submittable. */
export const SAVE: readonly Step[] = [
  DEFAULTS,
  STAMP,
  LINKS,
  hook('before_validate'),
  hook('validate'),
  hook('before_save'),
  GUARD,
  TITLE,
  NAME_FIELD,
  RULES,
  GROUP,
  TREE,
  STORE,
  GUARD_STORED,
  ...AFTER_SAVE,
  CUSTOMIZE,
  VERSION,
  hook('on_change'),
];

export const SUBMIT: readonly Step[] = [
  setDocstatus(SUBMITTED),
  DEFAULTS,
  STAMP,
  LINKS,
  hook('before_validate'),
  hook('validate'),
  hook('before_submit'),
  GUARD,
  TITLE,
  RULES,
  STORE,
  GUARD_STORED,
  hook('on_update'),
  hook('on_submit'),
  VERSION,
  hook('on_change'),
];

/** A submitted document: only `allow_on_submit` fields may differ. */
export const UPDATE_AFTER_SUBMIT: readonly Step[] = [
  DEFAULTS,
  STAMP,
  LINKS,
  hook('before_update_after_submit'),
  GUARD,
  RULES,
  STORE,
  GUARD_STORED,
  hook('on_update_after_submit'),
  VERSION,
  hook('on_change'),
];

/** No field is validated; what links to it is checked by the operation. */
export const CANCEL: readonly Step[] = [
  setDocstatus(2),
  STAMP,
  hook('before_cancel'),
  STORE,
  hook('on_cancel'),
  VERSION,
  hook('on_change'),
];
