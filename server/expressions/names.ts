/** Names that no expression may read, however it spells them: the doors from a value to its host. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
]);

export function isForbiddenName(name: string): boolean {
  return FORBIDDEN.has(name);
}

/** JavaScript's statements and objects of the host: refused as words, allowed as fieldnames after a dot. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'this new function class extends super import export delete void in instanceof await async yield let const var ' +
    'return throw try catch finally if else for while do switch case break continue default with debugger enum ' +
    'arguments eval Function globalThis window self global process require module'
  ).split(' '),
);

export function isReservedWord(word: string): boolean {
  return RESERVED.has(word) || FORBIDDEN.has(word);
}
